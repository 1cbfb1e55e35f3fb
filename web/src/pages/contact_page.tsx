/* SPDX-License-Identifier: GPL-3.0-or-later */
// The contact form: to the administrators of this server, from whoever is here (B3).
import { useState } from 'preact/hooks';
import { sendLetter } from '../api/messages';
import { bytesOf, CHAT_BYTES, cleanText } from '../state/chat_text';
import { strings } from '../strings';
import { Button } from '../views/basics';
import { useSite } from './context';
import { Area, Field, Form } from './forms';
import { Done } from './lists/deed';
import { accountOf } from './model';
import { Section } from './parts';
import { Page, PageHeading } from './shell';
import { useTask } from './task';

export function ContactPage() {
  const text = strings.contact;
  const [sent, setSent] = useState(false);
  return (
    <Page name="contact" title={text.title} form="top">
      <PageHeading title={text.title} lead={text.lead} />
      <Section name="contact" title={text.formTitle}>
        {!sent && <ContactForm onSent={() => setSent(true)} />}
        <Done words={sent ? text.sent : ''} />
        {sent && (
          <p class="actions">
            <Button act="contact-again" onClick={() => setSent(false)}>
              {text.again}
            </Button>
          </p>
        )}
      </Section>
    </Page>
  );
}

type Wrong = 'name' | 'email' | 'text' | null;

/** Only what cannot be meant; the rest is the server's to judge. */
const ADDRESS = /^[^\s@]+@[^\s@]+$/;

function ContactForm({ onSent }: { readonly onSent: () => void }) {
  const text = strings.contact;
  const { site, commands } = useSite();
  const account = accountOf(site);
  const [name, setName] = useState('');
  const [email, setEmail] = useState(site.session?.email ?? '');
  const [words, setWords] = useState('');
  const [wrong, setWrong] = useState<Wrong>(null);
  const task = useTask();
  const left = CHAT_BYTES - bytesOf(words);
  const send = async () => {
    const typed = { name: name.trim(), email: email.trim(), text: cleanText(words) };
    const found = left < 0 || typed.text === '' ? 'text' : account === null ? wrongOf(typed) : null;
    setWrong(found);
    if (found !== null) return;
    await sendLetter(commands.api, account === null ? typed : { name: '', email: '', text: typed.text });
    onSent();
  };
  return (
    <Form task={task} act="contact-send" submit={text.send} onSubmit={send} shownByFields={['server_full', 'bad_text']}>
      {account !== null ? (
        <p data-contact="account" dir="auto">
          {text.as(account.name, account.email)}
        </p>
      ) : (
        <>
          <Field
            label={text.name}
            name="contact-name"
            value={name}
            onChange={setName}
            error={wrong === 'name' ? text.nameMissing : null}
            input={{ autocomplete: 'name', maxLength: 96 }}
          />
          <Field
            label={text.email}
            name="contact-email"
            type="email"
            value={email}
            onChange={setEmail}
            hint={text.emailHint}
            error={wrong === 'email' ? text.emailWrong : null}
            input={{ autocomplete: 'email', maxLength: 254 }}
          />
        </>
      )}
      <Area
        label={text.text}
        name="contact-text"
        rows={8}
        value={words}
        onChange={setWords}
        hint={text.left(Math.max(0, left))}
        error={textProblem(task.failure?.code, left, wrong === 'text')}
      />
    </Form>
  );
}

function wrongOf({ name, email }: { readonly name: string; readonly email: string }): Wrong {
  if (name === '') return 'name';
  return email !== '' && !ADDRESS.test(email) ? 'email' : null;
}

function textProblem(code: string | undefined, left: number, missing: boolean): string | null {
  if (left < 0) return strings.contact.tooLong(-left);
  if (code === 'server_full') return strings.contact.full;
  if (code === 'bad_text') return strings.contact.badText;
  return missing ? strings.contact.textMissing : null;
}
