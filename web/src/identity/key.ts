/* SPDX-License-Identifier: GPL-3.0-or-later */
// The key of this browser: made here, kept in IndexedDB, and impossible to read out, for this page as for anybody else
// (A3). Who copies the cookie does not have it.
import { toBase64Url } from './base64url';

const DATABASE = 'testudo-identity';
const VERSION = 1;
const STORE = 'keys';
const NAME = 'session';
const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256' } as const;

export interface SessionKey {
  readonly pair: CryptoKeyPair;
  /** x and y, base64url: what the server keeps with the session. */
  readonly publicText: string;
}

/** Why there is no key. 'no_crypto': not a secure page, or a browser without Web Crypto. 'no_storage': the browser
 * refuses to keep a key, as some do in private windows. */
export type KeyProblem = 'no_crypto' | 'no_storage';

export class KeyError extends Error {
  readonly code: KeyProblem;

  constructor(code: KeyProblem, cause: unknown) {
    super(code, { cause });
    this.code = code;
  }
}

/** This browser's key, the same in all its windows and after every reload; made if there is none. A KeyError where the
 * browser can't. `databases` is the browser's own but in tests. */
export async function loadKey(databases: IDBFactory | undefined = browserDatabases()): Promise<SessionKey> {
  const database = await openDatabase(databases);
  try {
    const kept = await readPair(database);
    return await describe(kept ?? (await keepPair(database, await makePair())));
  } finally {
    database.close();
  }
}

/** Whether this browser has a key: without one it can have no session either. Makes none. */
export async function hasKey(databases: IDBFactory | undefined = browserDatabases()): Promise<boolean> {
  const database = await openDatabase(databases);
  try {
    return (await readPair(database)) !== null;
  } finally {
    database.close();
  }
}

/** Forgets the key for good: the next loadKey makes another one. */
export async function forgetKey(databases: IDBFactory | undefined = browserDatabases()): Promise<void> {
  const database = await openDatabase(databases);
  try {
    await inStore(database, 'readwrite', (store) => {
      store.delete(NAME);
    });
  } finally {
    database.close();
  }
}

/** Where storage is switched off, some browsers have no `indexedDB`, and others throw at its very name. */
function browserDatabases(): IDBFactory | undefined {
  try {
    return globalThis.indexedDB;
  } catch {
    return undefined;
  }
}

async function makePair(): Promise<CryptoKeyPair> {
  try {
    return await crypto.subtle.generateKey(ALGORITHM, false, ['sign', 'verify']);
  } catch (error) {
    throw new KeyError('no_crypto', error);
  }
}

async function describe(pair: CryptoKeyPair): Promise<SessionKey> {
  // Uncompressed point (SEC 1, section 2.3.3): a 4, then x and y. Public keys can always be read out.
  const point = new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey));
  return { pair, publicText: toBase64Url(point.subarray(1)) };
}

function openDatabase(databases: IDBFactory | undefined): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const refuse = (cause: unknown) => reject(new KeyError('no_storage', cause));
    try {
      if (databases === undefined) throw new Error('no IndexedDB');
      const request = databases.open(DATABASE, VERSION);
      request.onupgradeneeded = () => request.result.createObjectStore(STORE);
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => refuse(request.error);
      request.onblocked = () => refuse(new Error('blocked'));
    } catch (error) {
      refuse(error);
    }
  });
}

/** Runs `work` in one transaction and resolves when that is on disk. */
function inStore(
  database: IDBDatabase,
  mode: IDBTransactionMode,
  work: (store: IDBObjectStore) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const refuse = (cause: unknown) => reject(new KeyError('no_storage', cause));
    try {
      const transaction = database.transaction(STORE, mode);
      transaction.oncomplete = () => resolve();
      transaction.onerror = () => refuse(transaction.error);
      transaction.onabort = () => refuse(transaction.error);
      work(transaction.objectStore(STORE));
    } catch (error) {
      refuse(error);
    }
  });
}

function isPair(value: unknown): value is CryptoKeyPair {
  if (typeof value !== 'object' || value === null) return false;
  const { privateKey, publicKey } = value as Partial<CryptoKeyPair>;
  return privateKey instanceof CryptoKey && publicKey instanceof CryptoKey && !privateKey.extractable;
}

async function readPair(database: IDBDatabase): Promise<CryptoKeyPair | null> {
  let found: unknown;
  await inStore(database, 'readonly', (store) => {
    const request = store.get(NAME);
    request.onsuccess = () => {
      found = request.result;
    };
  });
  return isPair(found) ? found : null;
}

/** Keeps the pair, unless another window of this browser was faster: then gives that one's. */
async function keepPair(database: IDBDatabase, pair: CryptoKeyPair): Promise<CryptoKeyPair> {
  let kept = pair;
  await inStore(database, 'readwrite', (store) => {
    const request = store.get(NAME);
    request.onsuccess = () => {
      const found: unknown = request.result;
      if (isPair(found)) kept = found;
      else putPair(store, pair);
    };
  });
  return kept;
}

/** As a plain object: not every browser clones the pair itself. Some clone no key at all in private windows. */
function putPair(store: IDBObjectStore, { privateKey, publicKey }: CryptoKeyPair): void {
  try {
    store.put({ privateKey, publicKey }, NAME);
  } catch {
    store.transaction.abort();
  }
}
