/* SPDX-License-Identifier: GPL-3.0-or-later */
// Which way the media of a page goes.

/** "udp host 127.0.0.1:5000" or the like: protocol, type of the own candidate, where to; of the page's one live connection. */
export const pathOf = (person) =>
  person.page.evaluate(async () => {
    const [connection] = window.testudoTest.connections();
    const stats = await connection.getStats();
    const all = [...stats.values()];
    const chosen = all.find(({ type }) => type === 'transport')?.selectedCandidatePairId;
    const pair = stats.get(chosen) ?? all.find(({ type, selected }) => type === 'candidate-pair' && selected);
    if (pair === undefined) return 'none';
    const own = stats.get(pair.localCandidateId);
    const other = stats.get(pair.remoteCandidateId);
    return `${other.protocol} ${own.candidateType} ${other.address ?? other.ip}:${other.port}`;
  });
