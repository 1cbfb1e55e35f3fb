/* SPDX-License-Identifier: GPL-3.0-or-later */
// The command `testudo` as a person or a script calls it, with a data folder of its own; and the database as somebody who
// has broken in would edit it: past the program (python3's sqlite3, which Debian has).
import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { noteLeftover } from './leftovers.mjs';
import { BUILD } from './server.mjs';

const PROGRAM = path.join(BUILD, 'src/cli/testudo');

function finished(child, input) {
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (d) => { stdout += d; });
  child.stderr.on('data', (d) => { stderr += d; });
  if (input !== undefined) child.stdin.end(input);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
}

/**
 * A place to work in: { folder, data, database, key, run(...args), ok(...args), json(...args), pipe(input, ...args),
 * start(...args), sql(text), remove() }. run gives {code, stdout, stderr}; ok demands 0 and gives what was printed; json
 * reads that; start gives the child itself, with `finished`. sql gives rows.
 */
export async function cliPlace() {
  const folder = await mkdtemp(path.join(tmpdir(), 'testudo-cli-'));
  const forget = noteLeftover(() => rmSync(folder, { recursive: true, force: true }));
  const data = path.join(folder, 'data');
  const database = path.join(data, 'store/testudo.db');
  const start = (...args) => {
    const child = spawn(PROGRAM, args, { cwd: folder, stdio: ['pipe', 'pipe', 'pipe'] });
    child.stdin.on('error', () => {}); // it may end before it has read all
    return child;
  };
  const pipe = (input, ...args) => finished(start(...args), input);
  const run = (...args) => pipe('', ...args);
  const ok = async (...args) => {
    const { code, stdout, stderr } = await run(...args);
    if (code !== 0) throw new Error(`testudo ${args.join(' ')} ended with ${code}: ${stderr}`);
    return stdout.trim();
  };
  const sql = async (text, file = database) => {
    const script = 'import sqlite3,json,sys\nc=sqlite3.connect(sys.argv[1])\nrows=[]\n'
      + 'for s in sys.argv[2].split(";"): rows=[[v.hex() if isinstance(v,bytes) else v for v in r] for r in c.execute(s)]\n'
      + 'c.commit()\nprint(json.dumps(rows))';
    const { code, stdout, stderr } = await finished(spawn('python3', ['-c', script, file, text]));
    if (code !== 0) throw new Error(`${text}: ${stderr}`);
    return JSON.parse(stdout);
  };
  return {
    folder, data, database, key: path.join(folder, 'data-keys/store.key'), run, ok, pipe, sql, start,
    finished,
    json: async (...args) => JSON.parse(await ok(...args, '--json')),
    async remove() {
      await rm(folder, { recursive: true, force: true });
      forget();
    },
  };
}
