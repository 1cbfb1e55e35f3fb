/* SPDX-License-Identifier: GPL-3.0-or-later */
// Contacts: whom one can call, who asks, who has called, and what others see of oneself (T11).
import { useState } from 'preact/hooks';
import * as api from '../api/contacts';
import type { Blocked, Contact, PersonEvent, SentAsk } from '../api/contacts';
import { strings } from '../strings';
import { Button, cls } from '../views/basics';
import { Confirm } from '../views/confirm';
import { Done } from './account_page';
import { HowVerified } from './call_dialogs';
import { useCalls } from './calls_context';
import { useSite } from './context';
import { Check, Field, Form, Problem, TaskButton } from './forms';
import { List, Row, Secret, Section, When, WhenLoaded } from './parts';
import { Page, PageHeading } from './shell';
import { useList, useLoaded, useTask } from './task';

export function ContactsPage() {
  const { calls } = useCalls();
  const { title, lead } = strings.calls;
  const [turn, setTurn] = useState(0);
  // Fetched again when the server says so, and after what was done here.
  const key = `${calls.news.contacts} ${turn}`;
  const changed = () => setTurn((before) => before + 1);
  return (
    <Page name="contacts" title={title} form="top">
      <PageHeading title={title} lead={lead} />
      <Requests turn={key} changed={changed} />
      <Missed turn={String(calls.news.missed)} blocked={changed} />
      <Contacts turn={key} changed={changed} />
      <Add turn={key} changed={changed} />
      <Shown />
      <BlockedPeople turn={key} changed={changed} />
    </Page>
  );
}

interface ListProps {
  /** Fetched again when it changes. */
  readonly turn: string;
  readonly changed: () => void;
}

/* --- contacts --- */

function Contacts({ turn, changed }: ListProps) {
  const { commands } = useSite();
  const text = strings.calls;
  const list = useList((offset) => api.listContacts(commands.api, offset), turn);
  return (
    <Section title={text.contactsTitle} name="contacts">
      <List
        list={list}
        label={text.contactsTitle}
        empty={text.contactsEmpty}
        item={(contact) => <ContactRow key={contact.id} contact={contact} changed={changed} />}
      />
    </Section>
  );
}

type Question = 'remove' | 'block';

function ContactRow({ contact, changed }: { readonly contact: Contact; readonly changed: () => void }) {
  const { calls, line } = useCalls();
  const { commands } = useSite();
  const text = strings.calls;
  const task = useTask();
  const [asking, setAsking] = useState<Question | null>(null);
  const state = calls.presence.get(contact.id);
  const change = (work: () => Promise<unknown>) => task.run(async () => {
    await work();
    changed();
  });
  const yes = () =>
    change(() => (asking === 'block' ? api.block(commands.api, contact.id) : api.removeContact(commands.api, contact.id)));
  return (
    <Row
      title={contact.name}
      actions={
        <Button
          act="call"
          kind="primary"
          icon="handset"
          label={text.callName(contact.name)}
          onClick={() => line.askToCall(contact)}
        >
          {text.call}
        </Button>
      }
    >
      <p class={cls('presence', `presence-${state ?? 'unknown'}`)} data-presence={state ?? 'unknown'}>
        {state === undefined ? text.presenceUnknown : text.presence[state]}
      </p>
      <HowVerified person={contact} />
      <details class="row-details">
        <summary aria-label={text.moreName(contact.name)} data-act="more">
          {text.more}
        </summary>
        <Check
          label={text.hide}
          name={`hide-${contact.id}`}
          checked={contact.hidden}
          disabled={task.busy}
          onChange={(hidden) => change(() => api.hideFrom(commands.api, contact.id, hidden))}
        />
        <p class="actions">
          <Button act="remove-contact" kind="warning" disabled={task.busy} onClick={() => setAsking('remove')}>
            {text.remove}
          </Button>
          <Button act="block" kind="danger" disabled={task.busy} onClick={() => setAsking('block')}>
            {text.block}
          </Button>
        </p>
      </details>
      <Problem failure={task.failure} />
      {asking !== null && (
        <Confirm
          title={asking === 'block' ? text.blockTitle(contact.name) : text.removeTitle(contact.name)}
          yes={asking === 'block' ? text.block : text.remove}
          onYes={yes}
          onClose={() => setAsking(null)}
        >
          <p>{asking === 'block' ? text.blockText : text.removeText}</p>
        </Confirm>
      )}
    </Row>
  );
}

/* --- who asks --- */

function Requests({ turn, changed }: ListProps) {
  const { commands } = useSite();
  const text = strings.calls;
  const list = useList((offset) => api.listRequests(commands.api, offset), turn);
  const task = useTask();
  const [done, setDone] = useState('');
  const answer = (request: PersonEvent, work: () => Promise<unknown>, words: string) => async () => {
    await work();
    list.change((before) => before.filter(({ id }) => id !== request.id));
    setDone(words);
    changed();
  };
  if ((list.items === null || list.items.length === 0) && done === '') return null;
  return (
    <Section title={text.requestsTitle} name="requests" lead={text.requestsLead}>
      <List
        list={list}
        label={text.requestsTitle}
        empty=""
        item={(request) => (
          <Row
            key={request.id}
            title={request.name}
            actions={
              <>
                <TaskButton
                  task={task}
                  act="accept-request"
                  kind="primary"
                  label={text.acceptName(request.name)}
                  work={answer(
                    request,
                    () => api.acceptRequest(commands.api, request.id),
                    text.accepted(request.name),
                  )}
                >
                  {text.accept}
                </TaskButton>
                <TaskButton
                  task={task}
                  act="decline-request"
                  label={text.declineName(request.name)}
                  work={answer(request, () => api.declineRequest(commands.api, request.id), text.declined)}
                >
                  {text.decline}
                </TaskButton>
                <TaskButton
                  task={task}
                  act="block-request"
                  kind="quiet"
                  label={text.blockTitle(request.name)}
                  work={answer(request, () => api.block(commands.api, request.who), text.declined)}
                >
                  {text.block}
                </TaskButton>
              </>
            }
          >
            <HowVerified person={request} />
            <p class="hint">
              <When at={request.time} />
            </p>
          </Row>
        )}
      />
      <Problem failure={task.failure} />
      <Done words={done} />
    </Section>
  );
}

/* --- missed calls --- */

function Missed({ turn, blocked }: { readonly turn: string; readonly blocked: () => void }) {
  const { commands } = useSite();
  const { line } = useCalls();
  const text = strings.calls;
  const list = useList((offset) => api.listMissed(commands.api, offset), turn);
  const task = useTask();
  const forget = (call: PersonEvent) => async () => {
    await api.forgetMissed(commands.api, call.id);
    list.change((before) => before.filter(({ id }) => id !== call.id));
    await line.countMissed();
  };
  const forgetAll = async () => {
    await api.forgetAllMissed(commands.api);
    list.change(() => []);
    await line.countMissed();
    blocked();
  };
  if (list.items === null || list.items.length === 0) return null;
  return (
    <Section title={text.missedTitle} name="missed" lead={text.missedLead}>
      <List
        list={list}
        label={text.missedTitle}
        empty=""
        item={(call) => (
          <Row
            key={call.id}
            title={call.name}
            actions={
              <>
                <Button
                  act="call-back"
                  icon="handset"
                  onClick={() => line.askToCall({ id: call.who, name: call.name })}
                >
                  {text.callBack}
                </Button>
                <TaskButton task={task} act="forget-missed" kind="quiet" work={forget(call)}>
                  {text.forget}
                </TaskButton>
              </>
            }
          >
            <When at={call.time} />
          </Row>
        )}
      />
      <Problem failure={task.failure} />
      <p class="actions">
        <TaskButton task={task} act="forget-all" work={forgetAll}>
          {text.forgetAll}
        </TaskButton>
      </p>
    </Section>
  );
}

/* --- asking others --- */

function Add({ turn, changed }: ListProps) {
  const { commands } = useSite();
  const text = strings.calls;
  const [email, setEmail] = useState('');
  const [done, setDone] = useState('');
  const [link, setLink] = useState<string | null>(null);
  const task = useTask();
  const linkTask = useTask();
  const askThem = async () => {
    setDone('');
    await api.ask(commands.api, email);
    setEmail('');
    setDone(text.asked);
    changed();
  };
  return (
    <Section title={text.addTitle} name="add" lead={text.addLead}>
      <Form task={task} act="ask" submit={text.ask} onSubmit={askThem}>
        <Field
          label={text.email}
          name="contact-email"
          type="email"
          value={email}
          onChange={setEmail}
          input={{ autocomplete: 'off', required: true }}
        />
      </Form>
      <Done words={done} />
      <Asks turn={turn} changed={changed} />
      <h3>{text.linkTitle}</h3>
      <p class="hint">{text.linkLead}</p>
      {link !== null && <Secret label={text.link} value={link} name="contact-link" />}
      <Problem failure={linkTask.failure} />
      <p class="actions">
        <TaskButton
          task={linkTask}
          act="make-link"
          work={async () => setLink((await api.makeContactLink(commands.api)).link)}
        >
          {text.makeLink}
        </TaskButton>
      </p>
    </Section>
  );
}

function Asks({ turn, changed }: ListProps) {
  const { commands } = useSite();
  const text = strings.calls;
  const list = useList((offset) => api.listAsks(commands.api, offset), turn);
  const task = useTask();
  const withdraw = (sent: SentAsk) => async () => {
    await api.withdrawAsk(commands.api, sent.id);
    changed();
  };
  if (list.items === null || list.items.length === 0) return null;
  return (
    <>
      <h3>{text.asksTitle}</h3>
      <List
        list={list}
        label={text.asksTitle}
        empty=""
        item={(sent) => (
          <Row
            key={sent.id}
            title={sent.email}
            actions={
              <TaskButton
                task={task}
                act="withdraw"
                kind="quiet"
                label={text.withdrawName(sent.email)}
                work={withdraw(sent)}
              >
                {text.withdraw}
              </TaskButton>
            }
          >
            <When at={sent.time} />
          </Row>
        )}
      />
      <Problem failure={task.failure} />
    </>
  );
}

/* --- what others see --- */

function Shown() {
  const { commands } = useSite();
  const text = strings.calls;
  const settings = useLoaded(() => api.readCallSettings(commands.api));
  const task = useTask();
  return (
    <Section title={text.showTitle} name="shown">
      <WhenLoaded of={settings}>
        {({ presence }) => (
          <Check
            label={text.show}
            name="presence"
            checked={presence}
            hint={text.showHint}
            disabled={task.busy}
            onChange={(on) => task.run(async () => settings.set(await api.setPresence(commands.api, on)))}
          />
        )}
      </WhenLoaded>
      <Problem failure={task.failure} />
    </Section>
  );
}

/* --- blocked --- */

function BlockedPeople({ turn, changed }: ListProps) {
  const { commands } = useSite();
  const text = strings.calls;
  const list = useList((offset) => api.listBlocks(commands.api, offset), turn);
  const task = useTask();
  const free = (person: Blocked) => async () => {
    await api.unblock(commands.api, person.id);
    changed();
  };
  if (list.items === null || list.items.length === 0) return null;
  return (
    <Section title={text.blockedTitle} name="blocked">
      <List
        list={list}
        label={text.blockedTitle}
        empty=""
        item={(person) => (
          <Row
            key={person.id}
            title={person.name}
            actions={
              <TaskButton task={task} act="unblock" label={text.unblockName(person.name)} work={free(person)}>
                {text.unblock}
              </TaskButton>
            }
          >
            <HowVerified person={person} />
          </Row>
        )}
      />
      <Problem failure={task.failure} />
    </Section>
  );
}
