/* SPDX-License-Identifier: GPL-3.0-or-later */
import { useRef } from 'preact/hooks';
import type { Knock } from '../signal/messages';
import { strings } from '../strings';
import { Button, focusScreen } from './basics';
import type { Commands } from './commands';
import { Icon } from './icons';
import { SEARCH_FROM, useNameSearch } from './name_search';
import { VerifiedMark } from './person_row';

interface KnocksProps {
  readonly knocking: readonly Knock[];
  readonly commands: Commands;
  /** Asks before it bans; without it there is no such button. */
  readonly onBan?: (knock: Knock) => void;
}

export function KnockList({ knocking, commands, onBan }: KnocksProps) {
  const list = useRef<HTMLUListElement>(null);
  const text = strings.knocks;
  const { shown, field } = useNameSearch('knock-search', knocking, text.nobody);
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
      <p class="hint">{text.hint}</p>
      {many && <KnockAll commands={commands} />}
      {field}
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

interface KnockRowProps {
  readonly knock: Knock;
  readonly commands: Commands;
  readonly answer: (id: string, reply: (id: string) => void) => void;
  readonly onBan: ((knock: Knock) => void) | undefined;
}

function KnockRow({ knock, commands, answer, onBan }: KnockRowProps) {
  const { id, name, looks_banned } = knock;
  const text = strings.knocks;
  return (
    <li class="knock" data-knock={id}>
      <span class="knock-who">
        <bdi class="knock-name">{name}</bdi>
        <VerifiedMark of={knock} />
        {looks_banned && (
          <span class="knock-warning" data-mark="looks-banned">
            <Icon name="warning" />
            <span>{text.looksBanned}</span>
          </span>
        )}
      </span>
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
