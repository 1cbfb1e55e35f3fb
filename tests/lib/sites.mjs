/* SPDX-License-Identifier: GPL-3.0-or-later */
// Places with a network of their own, each on a cable to this one. Browsers are opened there (openBrowser's `leg`).
import { execFileSync, spawn } from 'node:child_process';
import { readlinkSync } from 'node:fs';
import { noteLeftover } from './leftovers.mjs';
import { until } from './wait.mjs';

/**
 * Makes place `number` (1 to 99), its cable and addresses. `mtu`: what the ends of the cable take, {here, there}.
 * What is longer than an end takes is lost there, and the other end, if it takes more itself, hears nothing of it.
 * Returns {network, overlong(): {up, down}: packets that were lost so, stop()}.
 */
export async function startSite(number, { mtu = { here: 1500, there: 1500 } } = {}) {
  const child = spawn('unshare', ['--net', 'sleep', 'infinity'], { stdio: 'ignore' });
  child.unref(); // whoever fails before it is stopped ends all the same
  const forget = noteLeftover(() => child.kill('SIGKILL'));
  const network = `/proc/${child.pid}/ns/net`;
  const cable = `site${number}`;
  const [subnet, subnet6] = [`10.80.${number}`, `fd80:${number}:`];

  const run = (...command) => execFileSync(command[0], command.slice(1), { encoding: 'utf8' });
  const here = (words) => run('ip', ...words.split(' '));
  const there = (words) => run('nsenter', `--net=${network}`, 'ip', ...words.split(' '));
  // As whole datagrams, each as it goes over a real cable: of several in one no length would be looked at.
  const end = (size) => `gso_max_segs 1 mtu ${size} addrgenmode none up`;
  const lost = (ip, device) => JSON.parse(ip(`-s -j link show ${device}`))[0].stats64.tx.dropped;

  await until('a network of its own', () => readlinkSync(network) !== readlinkSync('/proc/self/ns/net'));
  here(`link add ${cable} type veth peer name eth0 netns ${child.pid}`);
  there('link set lo up');
  there(`link set eth0 ${end(mtu.there)}`);
  here(`link set ${cable} ${end(mtu.here)}`);
  here(`addr add ${subnet}.1/24 dev ${cable}`);
  here(`addr add ${subnet6}:1/64 dev ${cable} nodad`);
  there(`addr add ${subnet}.2/24 dev eth0`);
  there(`addr add ${subnet6}:2/64 dev eth0 nodad`);
  there(`route add default via ${subnet}.1`);
  there(`-6 route add default via ${subnet6}:1`);
  return {
    network,
    overlong: () => ({ up: lost(there, 'eth0'), down: lost(here, cable) }),
    async stop() {
      here(`link del ${cable}`); // with the network alone it would go some time later
      child.kill('SIGKILL');
      forget();
    },
  };
}
