/* SPDX-License-Identifier: GPL-3.0-or-later */
// The tool's people (testudo load media), told by lines what to do at a server of another kind.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { BUILD } from '../../tests/lib/server.mjs';

/** `server`: the process whose CPU time counts. Numbers of publishers come before those of viewers. */
export function startPeople(server, viewers, publishers = 0) {
  const args = ['load', 'media', '--people', viewers, '--publishers', publishers, '--server', server];
  const child = spawn(path.join(BUILD, 'src/cli/testudo'), args.map(String), { stdio: ['pipe', 'pipe', 'inherit'] });
  const waiting = new Map();
  createInterface({ input: child.stdout }).on('line', (line) => {
    const message = JSON.parse(line);
    const key = message.who ?? Object.keys(message)[0];
    waiting.get(key)?.(message);
    waiting.delete(key);
    if (message.error) console.error(line.slice(0, 300));
  });
  const say = (message, answer) => {
    const heard = answer === undefined ? undefined : new Promise((resolve) => { waiting.set(answer, resolve); });
    child.stdin.write(`${JSON.stringify(message)}\n`);
    return heard;
  };
  return {
    send: (audio, video) => say({ do: 'send', to: '127.0.0.1', audio, video }),
    /** What person `who` says to that. */
    async ask(who, message) {
      const heard = await say({ ...message, who }, who);
      if (heard.error) throw new Error(heard.error);
      return heard;
    },
    /** A time in which nobody comes or leaves, and then the end. */
    async measure(seconds) {
      await new Promise((resolve) => { setTimeout(resolve, 3000); });
      const { steady } = await say({ do: 'measure', seconds }, 'steady');
      const end = new Promise((resolve) => { waiting.set('media', resolve); });
      child.stdin.end();
      return { ...steady, media: (await end).media };
    },
  };
}
