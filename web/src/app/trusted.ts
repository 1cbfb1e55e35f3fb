/* SPDX-License-Identifier: GPL-3.0-or-later */
// The only place where an address becomes a script (B1): the one Trusted Types policy that the server's policy names.
// It lets the scripts of src/workers pass, by the addresses that the build gave them, and nothing else.

/** The files of src/workers. */
export type ScriptName = 'disk' | 'echo' | 'quiet';
const SERVICE_WORKER = 'sw';

interface Script {
  path: string;
  integrity: string;
}

interface PolicyFactory {
  createPolicy(name: string, rules: { createScriptURL(address: string): string }): {
    createScriptURL(address: string): string;
  };
}

declare const TESTUDO_SCRIPTS: Record<string, Script>; // by build.mjs

const scripts: Record<string, Script> = typeof TESTUDO_SCRIPTS === 'undefined' ? {} : TESTUDO_SCRIPTS;

const rules = {
  createScriptURL(address: string): string {
    if (Object.values(scripts).some(({ path }) => path === address)) return address;
    throw new TypeError('This script is none of ours.');
  },
};

const factory = (globalThis as { trustedTypes?: PolicyFactory }).trustedTypes;
const policy = factory === undefined ? rules : factory.createPolicy('testudo', rules);

/**
 * The address of a script whose bytes were just seen to be those of the build (B12): workers have no integrity
 * attribute, so they are fetched with one first; what follows comes out of the browser's cache, where assets stay.
 */
async function checkedAddress(name: ScriptName | typeof SERVICE_WORKER): Promise<string> {
  const script = scripts[name];
  if (script === undefined) throw new TypeError(`There is no script ${name}.`);
  const { path, integrity } = script;
  const answer = await fetch(path, { integrity, cache: 'force-cache', credentials: 'same-origin' });
  if (!answer.ok) throw new Error(`${path} could not be fetched.`);
  await answer.arrayBuffer();
  return policy.createScriptURL(path);
}

/** Starts src/workers/NAME.ts. Rejects when it cannot be had as it was built. */
export async function startWorker(name: ScriptName, options: WorkerOptions = {}): Promise<Worker> {
  return new Worker(await checkedAddress(name), { name, type: 'module', ...options });
}

/** Loads src/workers/NAME.ts into an audio context, where it registers its processors. Rejects as startWorker. */
export async function addWorklet(context: BaseAudioContext, name: ScriptName): Promise<void> {
  await context.audioWorklet.addModule(await checkedAddress(name));
}

/** For the page that is shown without network (src/offline). Browsers that refuse it do without. */
export function startServiceWorker(): void {
  if (!('serviceWorker' in navigator) || scripts[SERVICE_WORKER] === undefined) return;
  checkedAddress(SERVICE_WORKER)
    .then((address) => navigator.serviceWorker.register(address, { scope: '/' }))
    .catch(() => {});
}
