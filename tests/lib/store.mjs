/* SPDX-License-Identifier: GPL-3.0-or-later */
// The server's database as somebody with its files would change it: by Python's own SQLite, while the server runs.
import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';

const PROGRAM = `
import json, sqlite3, sys
database = sqlite3.connect(sys.argv[1], timeout=10)
with database:
    cursor = database.execute(sys.argv[2], json.loads(sys.argv[3]))
    rows = [[v.hex() if isinstance(v, bytes) else v for v in row] for row in cursor.fetchall()]
    print(json.dumps({"changed": cursor.rowcount, "rows": rows}))
`;

/** Runs one statement; gives {changed, rows}, with blobs in hex. */
export async function sql(server, statement, values = []) {
  const file = path.join(server.data, 'store', 'testudo.db');
  const { stdout } = await promisify(execFile)('python3', ['-c', PROGRAM, file, statement, JSON.stringify(values)]);
  return JSON.parse(stdout);
}
