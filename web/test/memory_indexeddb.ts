/* SPDX-License-Identifier: GPL-3.0-or-later */
// A stand-in for IndexedDB, for tests in node: as much of it as the key's store uses, in memory. Transactions run one
// after the other and complete when they have no request left; nothing is heard before the caller's turn is over, as in
// a browser. A real one is tested in tests/e2e/key.test.mjs.

type Listener = ((event: unknown) => void) | null;

class MemoryRequest {
  onsuccess: Listener = null;
  onerror: Listener = null;
  onupgradeneeded: Listener = null;
  onblocked: Listener = null;
  result: unknown = undefined;
  error: unknown = null;
}

class MemoryStore {
  readonly transaction: MemoryTransaction;
  readonly #values: Map<string, unknown>;

  constructor(transaction: MemoryTransaction, values: Map<string, unknown>) {
    this.transaction = transaction;
    this.#values = values;
  }

  get(name: string): MemoryRequest {
    return this.transaction.add(() => this.#values.get(name));
  }

  put(value: unknown, name: string): MemoryRequest {
    if (this.transaction.refusesKeys) throw new Error('DataCloneError');
    return this.transaction.add(() => this.#values.set(name, value));
  }

  delete(name: string): MemoryRequest {
    return this.transaction.add(() => this.#values.delete(name));
  }
}

class MemoryTransaction {
  oncomplete: Listener = null;
  onerror: Listener = null;
  onabort: Listener = null;
  readonly error = null;
  readonly refusesKeys: boolean;
  readonly #values: Map<string, unknown>;
  #steps: (() => void)[] = [];
  #aborted = false;

  constructor(values: Map<string, unknown>, refusesKeys: boolean) {
    this.#values = values;
    this.refusesKeys = refusesKeys;
  }

  objectStore(): MemoryStore {
    return new MemoryStore(this, this.#values);
  }

  abort(): void {
    this.#aborted = true;
  }

  add(work: () => unknown): MemoryRequest {
    const request = new MemoryRequest();
    this.#steps.push(() => {
      request.result = work();
      request.onsuccess?.({});
    });
    return request;
  }

  async run(): Promise<void> {
    for (let step = this.#steps.shift(); step !== undefined && !this.#aborted; step = this.#steps.shift()) {
      step();
      await new Promise((resolve) => setImmediate(resolve));
    }
    if (this.#aborted) this.onabort?.({});
    else this.oncomplete?.({});
  }
}

/** One browser's databases. `refuses`: 'open' fails as in private windows of old browsers; 'keys' fails when a key is
 * put. */
export class MemoryIndexedDb {
  readonly values = new Map<string, unknown>();
  refuses: 'nothing' | 'open' | 'keys' = 'nothing';
  #last: Promise<void> = Promise.resolve();
  #made = false;

  /** In the type of the real one. */
  get factory(): IDBFactory {
    return this as unknown as IDBFactory;
  }

  open(): MemoryRequest {
    const request = new MemoryRequest();
    setImmediate(() => {
      if (this.refuses === 'open') {
        request.error = new Error('InvalidStateError');
        request.onerror?.({});
        return;
      }
      request.result = this.#database();
      if (!this.#made) request.onupgradeneeded?.({});
      this.#made = true;
      request.onsuccess?.({});
    });
    return request;
  }

  #database() {
    return {
      createObjectStore: () => undefined,
      close: () => undefined,
      transaction: () => {
        const transaction = new MemoryTransaction(this.values, this.refuses === 'keys');
        this.#last = this.#last.then(
          () => new Promise<void>((resolve) => setImmediate(() => void transaction.run().then(resolve))),
        );
        return transaction;
      },
    };
  }
}
