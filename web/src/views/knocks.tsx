/* SPDX-License-Identifier: GPL-3.0-or-later */
import { useRef } from 'preact/hooks';
import type { Knock } from '../signal/messages';
import { strings } from '../strings';
import { Button, focusScreen } from './basics';
import type { Commands } from './commands';

interface KnocksProps {
  readonly knocking: readonly Knock[];
  readonly commands: Commands;
}

export function KnockList({ knocking, commands }: KnocksProps) {
  const text = strings.knocks;
  const list = useRef<HTMLUListElement>(null);
  // The buttons of an answered knock go: the focus goes on to the next knock, not to nowhere.
  const answer = (id: string, reply: (id: string) => void) => {
    const next = [...(list.current?.children ?? [])].find((row) => row.getAttribute('data-knock') !== id);
    const button = next?.querySelector<HTMLElement>('[data-act="admit"]');
    if (button) button.focus();
    else focusScreen();
    reply(id);
  };
  return (
    <div class="knock-list">
      <p class="hint">{text.unverified}</p>
      <ul ref={list}>
        {knocking.map(({ id, name }) => (
          <li key={id} class="knock" data-knock={id}>
            <bdi class="knock-name">{name}</bdi>
            <span class="knock-buttons">
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
        ))}
      </ul>
      {knocking.length > 1 && (
        <div class="knock-all">
          <Button act="refuse-all" kind="quiet" onClick={() => commands.refuse(null)}>
            {text.refuseAll}
          </Button>
          <Button act="admit-all" kind="primary" onClick={() => commands.admit(null)}>
            {text.admitAll}
          </Button>
        </div>
      )}
    </div>
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
