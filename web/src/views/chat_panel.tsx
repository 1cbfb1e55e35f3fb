/* SPDX-License-Identifier: GPL-3.0-or-later */
// The chat: what was written, as text, and the field to write in.
import { useEffect, useId, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Person } from '../signal/messages';
import { bytesOf, CHAT_BYTES, partsOf, type Link } from '../state/chat_text';
import type { Meeting } from '../state/model';
import { mayModerate, selfOf } from '../state/rights';
import type { Line, SaidLine, Talk } from '../state/talk';
import { strings } from '../strings';
import { Button, cls } from './basics';
import type { Commands } from './commands';
import { LeavingDialog } from './leaving';
import { Panel } from './panel';

interface ChatProps {
  readonly meeting: Meeting;
  readonly talk: Talk;
  readonly commands: Commands;
}

export function ChatPanel({ meeting, talk, commands }: ChatProps) {
  const [leaving, setLeaving] = useState<Link | null>(null);
  const mayWrite = selfOf(meeting)?.may.chat ?? false;
  return (
    <Panel name="chat" title={strings.talk.chat.title} onClose={() => commands.showPanel(null)}>
      <p class="chat-note">{strings.talk.chat.notKept}</p>
      <Lines lines={talk.lines} commands={commands} onLink={setLeaving} />
      {mayWrite ? (
        <Composer meeting={meeting} talk={talk} commands={commands} />
      ) : (
        <p class="chat-note" role="status">
          {strings.talk.chat.mayNot}
        </p>
      )}
      {leaving !== null && (
        <LeavingDialog link={leaving} onGo={() => commands.leaveTo(leaving.href)} onClose={() => setLeaving(null)} />
      )}
    </Panel>
  );
}

interface LinesProps {
  readonly lines: readonly Line[];
  readonly commands: Commands;
  readonly onLink: (link: Link) => void;
}

/** Whoever reads at the end goes on there; whoever has scrolled up is left alone. */
function Lines({ lines, commands, onLink }: LinesProps) {
  const list = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  useLayoutEffect(() => {
    if (atEnd.current) list.current?.scrollTo({ top: list.current.scrollHeight });
  }, [lines]);
  const onScroll = () => {
    const element = list.current;
    if (element !== null) atEnd.current = element.scrollHeight - element.scrollTop - element.clientHeight < 40;
  };
  return (
    <div
      ref={list}
      class="chat-lines"
      role="log"
      aria-live="polite"
      aria-label={strings.talk.chat.list}
      tabIndex={0}
      onScroll={onScroll}
    >
      {lines.length === 0 && <p class="chat-note">{strings.talk.chat.empty}</p>}
      {lines.map((line) =>
        line.kind === 'gap' ? (
          <p key={line.key} class="chat-gap">
            {strings.talk.chat.gap}
          </p>
        ) : (
          <Said key={line.key} line={line} commands={commands} onLink={onLink} />
        ),
      )}
    </div>
  );
}

function Said({ line, commands, onLink }: { readonly line: SaidLine } & Omit<LinesProps, 'lines'>) {
  const text = strings.talk.chat;
  const own = line.id !== null;
  return (
    <article class={cls('chat-line', own && 'is-own', line.to !== null && 'is-private')} data-line={line.status}>
      <p class="chat-who">
        <bdi class="chat-name">{own ? text.you : line.name}</bdi>
        {!own && text.roles[line.role] !== '' && <span class={`role role-${line.role}`}>{text.roles[line.role]}</span>}
        {line.time !== null && <time class="chat-time">{clock(line.time)}</time>}
      </p>
      {line.to !== null && <p class="chat-to">{own ? text.toOne(line.to.name) : text.toYou}</p>}
      <p class="chat-text" dir="auto">
        {partsOf(line.text).map((part) =>
          typeof part === 'string' ? part : <LinkButton link={part} onLink={onLink} />,
        )}
      </p>
      {own && line.reach === 'stage' && <p class="chat-state">{text.toStage}</p>}
      {line.status === 'pending' && <p class="chat-state">{text.pending}</p>}
      {line.status === 'unsure' && <p class="chat-state is-bad">{text.unsure}</p>}
      {line.status === 'refused' && (
        <p class="chat-state is-bad">
          <span>{refusalWords(line.code)}</span>{' '}
          <button type="button" class="chat-again" data-act="chat-again" onClick={() => commands.writeAgain(line.key)}>
            {text.again}
          </button>
        </p>
      )}
    </article>
  );
}

function refusalWords(code: string | null): string {
  const { refusals } = strings.talk.chat;
  return code !== null && Object.hasOwn(refusals, code) ? refusals[code as keyof typeof refusals] : refusals.other;
}

/** Not an anchor: nothing leads out of a meeting without a question. */
function LinkButton({ link, onLink }: { readonly link: Link; readonly onLink: (link: Link) => void }) {
  return (
    <button
      type="button"
      class="chat-link"
      data-act="chat-link"
      title={strings.talk.chat.link(link.host)}
      onClick={() => onLink(link)}
    >
      {link.written}
    </button>
  );
}

const clock = (unixSeconds: number): string =>
  new Date(unixSeconds * 1000).toLocaleTimeString(strings.language.tag, { hour: '2-digit', minute: '2-digit' });

/** Whom one may write to alone: whom one sees. */
function readersOf(meeting: Meeting): readonly Person[] {
  const others = meeting.people.filter(({ id }) => id !== meeting.you);
  return meeting.kind === 'event' && !mayModerate(meeting) ? others.filter(({ role }) => role !== 'viewer') : others;
}

function Composer({ meeting, talk, commands }: ChatProps) {
  const text = strings.talk.chat;
  const field = useRef<HTMLTextAreaElement>(null);
  const ids = { to: useId(), text: useId(), left: useId() };
  const over = bytesOf(talk.draft) - CHAT_BYTES;
  // A keyboard that slides in over the messages is for whoever touches the field.
  useEffect(() => {
    if (matchMedia('(pointer: fine)').matches) field.current?.focus({ preventScroll: true });
  }, []);
  const send = () => {
    commands.write();
    field.current?.focus({ preventScroll: true });
  };
  return (
    <form
      class="chat-composer"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <div class="chat-reader">
        <label for={ids.to}>{text.to}</label>
        <select
          id={ids.to}
          class="input"
          name="chat-to"
          value={talk.to ?? ''}
          onChange={({ currentTarget: { value } }) => commands.writeTo(value === '' ? null : value)}
        >
          <option value="">{text.everyone}</option>
          {readersOf(meeting).map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </select>
      </div>
      <div class="chat-write">
        <label for={ids.text} class="visually-hidden">
          {text.field}
        </label>
        <textarea
          ref={field}
          id={ids.text}
          class="input"
          name="chat-text"
          rows={2}
          dir="auto"
          placeholder={text.placeholder}
          value={talk.draft}
          aria-describedby={over > 0 ? ids.left : undefined}
          onInput={({ currentTarget: { value } }) => commands.draft(value)}
          onKeyDown={(event) => {
            // Enter that ends a word of an input method is not the end of the message.
            if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
            event.preventDefault();
            send();
          }}
        />
        <Button kind="primary" act="chat-send" submits>
          {text.send}
        </Button>
      </div>
      <p id={ids.left} class="hint" role="status">
        {over > 0 ? text.left(over) : ''}
      </p>
    </form>
  );
}
