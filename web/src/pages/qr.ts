/* SPDX-License-Identifier: GPL-3.0-or-later */

/** The light border that readers need around a code, in modules (ISO/IEC 18004). */
export const QUIET = 4;

/** The dark modules of `rows` of "0" and "1" as a path, one unit each, without the border. */
export function qrPath(rows: readonly string[]): string {
  const rowPath = (row: string, y: number) =>
    [...row.matchAll(/1+/g)].map((run) => runPath(run.index, y, run[0].length)).join('');
  return rows.map(rowPath).join('');
}

function runPath(x: number, y: number, width: number): string {
  return `M${x} ${y}h${width}v1h-${width}z`;
}
