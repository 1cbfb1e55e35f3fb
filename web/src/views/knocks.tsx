/* SPDX-License-Identifier: GPL-3.0-or-later */
import { useRef, useState } from 'preact/hooks';
import type { Knock } from '../signal/messages';
import { foundByName, KNOCKS_SHOWN } from '../state/search';
import { strings } from '../strings';
import { Button, focusScreen } from './basics';
import type { Commands } from './commands';

interface KnocksProps {
  readonly knocking: readonly Knock[];
  readonly commands: Commands;
  /** Asks before it bans; without it there is no such button. */
  readonly onBan?: (knock: Knock) => void;
}

/** From so many on a name is found faster by typing, and the end of the list is far away. */
const SEARCH_FROM = 8;

export function KnockList({ knocking, commands, onBan }: KnocksProps) {
  const [wanted, setWanted] = useState('');
  const list = useRef<HTMLUListElement>(null);
  const found = foundByName(knocking, wanted);
  const shown = found.slice(0, KNOCKS_SHOWN);
  const text = strings.knocks;
  // The buttons of an answered knock go: the focus goes on to the next knock, not to nowhere.
  const answer = (id: string, reply: (id: string) => void) => {
    const next = [...(list.current?.children ?? [])].find((row) => row.getAttribute('data-knock') !== id);
    const button = next?.querySelector<HTMLElement>('[data-act="admit"]');
    if (button) button.focus();
    else focusScreen();
    reply(id);
  };
  const many = knocking.length >= SEARCH_FROM;
  return (
    <div class="knock-list">
      <p class="hint">{text.unverified}</p>
      {many && <KnockAll commands={commands} />}
      {(many || wanted !== '') && <KnockSearch wanted={wanted} onWant={setWanted} />}
      <p class="hint" role="status">
        {found.length === 0 ? text.nobody : shown.length < knocking.length && text.shown(shown.length, knocking.length)}
      </p>
      <ul ref={list}>
        {shown.map((knock) => (
          <KnockRow key={knock.id} knock={knock} commands={commands} answer={answer} onBan={onBan} />
        ))}
      </ul>
      {knocking.length > 1 && !many && <KnockAll commands={commands} />}
    </div>
  );
}

/** Above a long list, below a short one. */
function KnockAll({ commands }: { readonly commands: Commands }) {
  const text = strings.knocks;
  return (
    <div class="knock-all">
      <Button act="refuse-all" kind="quiet" onClick={() => commands.refuse(null)}>
        {text.refuseAll}
      </Button>
      <Button act="admit-all" kind="primary" onClick={() => commands.admit(null)}>
        {text.admitAll}
      </Button>
    </div>
  );
}

function KnockSearch({ wanted, onWant }: { readonly wanted: string; readonly onWant: (name: string) => void }) {
  return (
    <input
      class="input"
      type="search"
      dir="auto"
      data-act="knock-search"
      aria-label={strings.knocks.search}
      placeholder={strings.knocks.search}
      value={wanted}
      onInput={(event) => onWant(event.currentTarget.value)}
    />
  );
}

interface KnockRowProps {
  readonly knock: Knock;
  readonly commands: Commands;
  readonly answer: (id: string, reply: (id: string) => void) => void;
  readonly onBan: ((knock: Knock) => void) | undefined;
}

function KnockRow({ knock, commands, answer, onBan }: KnockRowProps) {
  const { id, name } = knock;
  const text = strings.knocks;
  return (
    <li class="knock" data-knock={id}>
      <bdi class="knock-name">{name}</bdi>
      <span class="knock-buttons">
        {onBan !== undefined && (
          <Button act="ban-knock" kind="warning" label={text.banName(name)} onClick={() => onBan(knock)}>
            {text.ban}
          </Button>
        )}
        <Button
          act="refuse"
          kind="quiet"
          label={text.refuseName(name)}
          onClick={() => answer(id, (who) => commands.refuse(who))}
        >
          {text.refuse}
        </Button>
        <Button
          act="admit"
          kind="primary"
          label={text.admitName(name)}
          onClick={() => answer(id, (who) => commands.admit(who))}
        >
          {text.admit}
        </Button>
      </span>
    </li>
  );
}

/** The host's door, over the meeting. */
export function KnockCard({ knocking, commands }: KnocksProps) {
  if (knocking.length === 0) return null;
  return (
    <section class="knock-card" aria-labelledby="knock-title">
      <h2 id="knock-title">{strings.knocks.title(knocking.length)}</h2>
      <KnockList knocking={knocking} commands={commands} />
    </section>
  );
}
