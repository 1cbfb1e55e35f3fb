/* SPDX-License-Identifier: GPL-3.0-or-later */
import type { Knock } from '../signal/messages';
import { strings } from '../strings';
import { Button } from './basics';
import type { Commands } from './commands';

interface KnocksProps {
  readonly knocking: readonly Knock[];
  readonly commands: Commands;
}

export function KnockList({ knocking, commands }: KnocksProps) {
  const text = strings.knocks;
  return (
    <div class="knock-list">
      <p class="hint">{text.unverified}</p>
      <ul>
        {knocking.map(({ id, name }) => (
          <li key={id} class="knock" data-knock={id}>
            <bdi class="knock-name">{name}</bdi>
            <span class="knock-buttons">
              <Button act="refuse" kind="quiet" label={text.refuseName(name)} onClick={() => commands.refuse(id)}>{text.refuse}</Button>
              <Button act="admit" kind="primary" label={text.admitName(name)} onClick={() => commands.admit(id)}>{text.admit}</Button>
            </span>
          </li>
        ))}
      </ul>
      {knocking.length > 1 && (
        <div class="knock-all">
          <Button act="refuse-all" kind="quiet" onClick={() => commands.refuse(null)}>{text.refuseAll}</Button>
          <Button act="admit-all" kind="primary" onClick={() => commands.admit(null)}>{text.admitAll}</Button>
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
