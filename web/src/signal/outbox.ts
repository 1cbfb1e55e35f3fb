/* SPDX-License-Identifier: GPL-3.0-or-later */
// Numbers what the page says and keeps what must not get lost, so that each command runs exactly once across drops
// (A2).
//
// Commands (admit, refuse, leave, what was written, a hand, the word of a recording) are kept until the server's next hello tells that it has handled them. Everything
// else describes a present state, is said anew after a return, and would be wrong to repeat: it is numbered and
// forgotten.
import type { ClientMessage } from './messages';

/** Commands kept at most. Older ones left on a socket that was alive long after them. */
export const OUTBOX_LIMIT = 64;

/** Of every beat, whatever it says and however large its number is: nobody may tell them apart (T6). */
const BEAT_CHARACTERS = 72;

interface Command {
  /** The number it last left with; 0: it has not left. */
  n: number;
  readonly message: ClientMessage;
}

const COMMANDS: readonly ClientMessage['type'][] = ['admit', 'refuse', 'leave', 'chat', 'hand', 'recording'];
const isCommand = ({ type }: ClientMessage) => COMMANDS.includes(type);

export class Outbox {
  #last = 0;
  #open = false;
  #commands: Command[] = [];

  /** The texts to send first on a new socket whose server has handled everything up to `handled`: hello, then what it
   * missed. */
  start(handled: number): string[] {
    this.#open = true;
    this.#last = handled;
    this.#commands = this.#commands.filter((command) => command.n === 0 || command.n > handled);
    return [this.#number({ type: 'hello' }), ...this.#commands.map((command) => this.#numberCommand(command))];
  }

  /** The socket is gone. */
  stop(): void {
    this.#open = false;
  }

  /** A new stay: nothing of the earlier one may be said in it. */
  reset(): void {
    this.#commands = [];
    this.#last = 0;
  }

  /** The text to send now, or null without a socket: then commands wait for the next one, the rest is dropped. */
  add(message: ClientMessage): string | null {
    if (!isCommand(message)) return this.#open ? this.#number(message) : null;
    const command = { n: 0, message };
    this.#commands = [...this.#commands, command].slice(-OUTBOX_LIMIT);
    return this.#open ? this.#numberCommand(command) : null;
  }

  #numberCommand(command: Command): string {
    const json = this.#number(command.message);
    command.n = this.#last;
    return json;
  }

  #number(message: ClientMessage): string {
    const json = JSON.stringify({ ...message, n: ++this.#last });
    return message.type === 'beat' ? json.padEnd(BEAT_CHARACTERS) : json;
  }
}
