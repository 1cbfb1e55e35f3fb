/* SPDX-License-Identifier: GPL-3.0-or-later */
// A real mail server and the hook of an SMS provider, on loopback with certificates of a test authority, and what they have
// received; with the options by which the server sends there.
import https from 'node:https';
import path from 'node:path';
import { writeFile } from 'node:fs/promises';
import { SMTPServer } from 'smtp-server';
import { until } from './wait.mjs';

/** A header that may be folded and have encoded-words (RFC 2047), as a mail program shows it. */
const headerOf = (mail, name) =>
  new RegExp(`^${name}: (.*(?:\r\n[ \t].*)*)`, 'm')
    .exec(mail.split('\r\n\r\n')[0])[1]
    .replace(/\r\n[ \t]/g, ' ')
    .replace(/\?= =\?UTF-8\?B\?/g, '?==?UTF-8?B?') // the blank between two of them is none
    .replace(/=\?UTF-8\?B\?([^?]*)\?=/g, (word, text) => Buffer.from(text, 'base64').toString());

/** The text of a mail, which comes in base64. */
const bodyOf = (mail) => Buffer.from(mail.split('\r\n\r\n').slice(1).join(''), 'base64').toString();

/**
 * { args, mails, messages, mailTo(email, fits), messageTo(phone), forget(), stop() }. `mails` are { to, subject, text, raw }, `messages`
 * { to, text };
 * mailTo waits for a mail that was not given out by it before.
 */
export async function openMailbox(folder, authority) {
  const certificate = await authority.certificate('localhost');
  const mails = [], messages = [];
  const taken = new Set();
  const smtp = new SMTPServer({
    authOptional: true,
    ...certificate,
    onData(stream, session, done) {
      const parts = [];
      stream.on('data', (part) => parts.push(part));
      stream.on('end', () => {
        const raw = Buffer.concat(parts).toString('latin1');
        const to = session.envelope.rcptTo[0].address;
        mails.push({ to, subject: headerOf(raw, 'Subject'), text: bodyOf(raw), raw });
        done();
      });
    },
  });
  await new Promise((resolve) => smtp.listen(0, 'localhost', resolve));
  const hook = https.createServer(certificate, (request, response) => {
    let text = '';
    request.on('data', (part) => { text += part; });
    request.on('end', () => {
      messages.push(JSON.parse(text));
      response.end();
    });
  });
  await new Promise((resolve) => hook.listen(0, 'localhost', resolve));
  const secret = path.join(folder, 'sms-secret');
  await writeFile(secret, 'a secret of the hook, long enough\n', { mode: 0o600 });
  const take = (what, list, fits) => until(what, () => {
    const found = list.find((it) => !taken.has(it) && fits(it));
    if (found) taken.add(found);
    return found;
  });
  return {
    args: ['--smtp_server', `localhost:${smtp.server.address().port}`, '--mail_from', 'Meet <meet@example.org>',
      '--sms_hook', `https://localhost:${hook.address().port}/sms`, '--sms_secret_file', secret, '--ca_file', authority.file],
    mails,
    messages,
    mailTo: (email, fits = () => true) => take(`a mail to ${email}`, mails, (mail) => mail.to === email && fits(mail)),
    messageTo: (phone) => take(`a message to ${phone}`, messages, (message) => message.to === phone),
    /** What has come so far is not waited for any more. */
    forget() {
      for (const it of [...mails, ...messages]) taken.add(it);
    },
    async stop() {
      hook.closeAllConnections();
      await Promise.all([new Promise((resolve) => smtp.close(resolve)), new Promise((resolve) => hook.close(resolve))]);
    },
  };
}

/** The code in a mail or a message. */
export const codeIn = ({ text }) => text.match(/\b(\d{4} \d{4}|\d{6})\b/)[1].replace(' ', '');
