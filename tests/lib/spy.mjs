/* SPDX-License-Identifier: GPL-3.0-or-later */
// Reads along at a page: every signalling message and every HTTP answer, as the page itself gets and sends them.
const FRAME_HEAD = 24;

function hookSockets(head) {
  const messages = [];
  const note = (out, data) => {
    const bytes =
      data instanceof ArrayBuffer
        ? new Uint8Array(data)
        : new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    messages.push({ out, text: new TextDecoder().decode(bytes.subarray(head)) });
  };
  const Native = window.WebSocket;
  window.WebSocket = class extends Native {
    constructor(...args) {
      super(...args);
      this.addEventListener('message', ({ data }) => note(false, data));
    }

    send(data) {
      note(true, data);
      super.send(data);
    }
  };
  window.testudoSpy = messages;
}

/** A browser (browsers.mjs) whose pages are read along. */
export function spiedOn(browser) {
  return {
    ...browser,
    async newPage() {
      const page = await browser.newPage();
      await page.evaluateOnNewDocument(hookSockets, FRAME_HEAD);
      page.answers = [];
      page.on('response', (answer) => page.answers.push(answer));
      return page;
    },
  };
}

/** All signalling messages so far: [{out, text}], `out` from the page. */
export const signallingOf = (person) => person.page.evaluate(() => window.testudoSpy);

/** Everything that came over HTTP as one text: headers and bodies. */
export async function answersOf(person) {
  const texts = await Promise.all(
    person.page.answers.map(async (answer) => {
      const body = await answer.text().catch(() => '');
      return `${JSON.stringify(answer.headers())}\n${body}`;
    }),
  );
  return texts.join('\n');
}
