/* SPDX-License-Identifier: GPL-3.0-or-later */
// The frame of an attack on media: a server, a meeting, and two people in a call whom the attack must not disturb.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Meeting, allFlows, countersOf, duringCall } from './native.mjs';
import { startServer } from './server.mjs';

const CALM_MS = 3000;
const SDP = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../data/sdp');

/** A real browser's offer, from tests/data/sdp. */
export const offerOf = (name) => readFile(path.join(SDP, `${name}.sdp`), 'utf8');

/** A call of Alice (127.0.0.11) and Bob (127.0.0.12), who see and hear each other. `options` are the server's. */
export async function startCall(options, { through, words } = {}) {
  const server = await startServer(options);
  let meeting;
  try {
    meeting = await Meeting.start(server);
    const alice = await meeting.join('Alice', '127.0.0.11', words, { through });
    const bob = await meeting.join('Bob', '127.0.0.12', words, { through });
    await allFlows([alice, bob]);
    return callOf({ server, meeting, alice, bob, processes: await pidsOf(server) });
  } catch (error) {
    // Nobody else can end what the caller never got.
    await meeting?.stop().catch(() => {});
    await server.stop();
    throw new Error(`no call came up: ${error.message}\n${server.output()}`, { cause: error });
  }
}

function callOf(call) {
  const { server, meeting } = call;
  let mallories = 0;

  /** Somebody else who was let in, at an address of their own. */
  call.mallory = () => {
    mallories += 1;
    return meeting.enter(`Mallory ${mallories}`, `127.0.0.${20 + mallories}`);
  };

  /** What Alice and Bob notice while nobody attacks: measured once. */
  call.calm = async () => {
    call.calmly ??= (await duringCall([call.alice, call.bob], () => pause(CALM_MS))).seen;
    return call.calmly;
  };

  /** Runs the attack; every frame of Alice and Bob must come through it, except `lost` of a hundred. */
  call.undisturbed = async (attack, { lost = 0 } = {}) => {
    const calm = await call.calm();
    const { result, seen } = await duringCall([call.alice, call.bob], attack);
    for (const source of ['camera', 'mic']) console.log(`# ${source}: ${figuresOf(calm, seen, source)}`);
    for (const { watcher, sender, source, frames, whole, mixed } of seen) {
      assert.ok(
        whole >= frames * (1 - lost / 100),
        `${watcher} got ${whole} of ${frames} frames of ${sender}'s ${source}`,
      );
      assert.equal(mixed, false, `${watcher} got something else in ${sender}'s ${source}`);
    }
    return result;
  };

  /** Ends all. No process may have died on the way. Gives the media processes' counters. */
  call.stop = async () => {
    const after = await pidsOf(server);
    await meeting.stop();
    await server.stop();
    assert.deepEqual(after, call.processes, `a process was restarted:\n${server.output()}`);
    return countersOf(server.output());
  };
  return call;
}

/** What was noticed of one kind of source, before and during: a line of text. */
export function figuresOf(before, during, source) {
  const sums = [before, during].map((seen) => {
    const of = seen.filter((one) => one.source === source);
    const sum = (what) => of.reduce((all, one) => all + one[what], 0);
    const most = (what) => Math.max(...of.map((one) => one[what]));
    const frames = sum('frames');
    return {
      rate: ((sum('sentPerSecond') / of.length) * sum('whole')) / frames,
      lost: (100 * (frames - sum('whole'))) / frames,
      median: most('medianMs'),
      p99: most('p99Ms'),
      late: (100 * sum('late')) / frames,
    };
  });
  const pair = (what, digits) => sums.map((one) => one[what].toFixed(digits)).join(' -> ');
  return (
    `${pair('rate', 1)} frames/s, lost ${pair('lost', 2)} %, delay median ${pair('median', 2)} ms, ` +
    `99th percentile ${pair('p99', 2)} ms, late ${pair('late', 2)} %`
  );
}

/** The server's processes, without those that are just coming or going. */
export async function pidsOf(server) {
  const children = await server.children('testudo');
  return children.map(({ pid, name }) => `${name} ${pid}`).sort();
}
