/* SPDX-License-Identifier: GPL-3.0-or-later */
// One person in the list: who it is, how that was verified, what is switched on, and what a host can do about it.
import { useRef, useState } from 'preact/hooks';
import type { Order, Person, Role } from '../signal/messages';
import type { OwnMedia } from '../state/model';
import { hueOf, initials } from '../state/names';
import type { PersonAct } from '../state/rights';
import { strings } from '../strings';
import { Button, cls } from './basics';
import { Icon } from './icons';

interface PersonRowProps {
  readonly person: Person;
  readonly isYou: boolean;
  readonly own: OwnMedia;
  readonly acts: readonly PersonAct[];
  readonly onAct: (act: PersonAct) => void;
}

export function PersonRow({ person, isYou, own, acts, onAct }: PersonRowProps) {
  const text = strings.people;
  const { mic, camera } = isYou ? own : person;
  const [open, setOpen] = useState(false);
  const opener = useRef<HTMLButtonElement>(null);
  const id = `acts-${person.id}`;
  const close = () => {
    setOpen(false);
    opener.current?.focus();
  };
  const shown = open && acts.length > 0;
  return (
    <li class={cls('person', !person.here && 'is-away')} data-person={person.id} data-role={person.role}>
      <div class="person-line">
        <span class={`avatar-small hue-${hueOf(person.id)}`} aria-hidden="true">
          {initials(person.name)}
        </span>
        <div class="person-text">
          <p class="person-name">
            <bdi>{person.name}</bdi>
            {isYou && <span class="person-you">{text.you}</span>}
          </p>
          <PersonFacts person={person} />
        </div>
        <Switch on={mic} icons={['mic_off', 'mic']} labels={[text.micOff, text.micOn]} />
        <Switch on={camera} icons={['camera_off', 'camera']} labels={[text.cameraOff, text.cameraOn]} />
        {acts.length > 0 && (
          <button
            ref={opener}
            type="button"
            class="icon-button person-more"
            data-act="person-acts"
            aria-label={text.actions(person.name)}
            title={text.actions(person.name)}
            aria-expanded={shown}
            aria-controls={id}
            onClick={() => setOpen(!open)}
          >
            <Icon name="more" />
          </button>
        )}
      </div>
      {shown && (
        <div
          class="person-acts"
          id={id}
          role="group"
          aria-label={text.actions(person.name)}
          onKeyDown={(event) => {
            if (event.key !== 'Escape') return;
            // This closes the list of actions, not the panel.
            event.stopPropagation();
            close();
          }}
        >
          {acts.map((act) => (
            <Button
              key={act}
              act={act.replaceAll('_', '-')}
              kind={act === 'remove' || act === 'ban' ? 'warning' : 'plain'}
              label={text.actOn(text.acts[act], person.name)}
              onClick={() => {
                close();
                onAct(act);
              }}
            >
              {text.acts[act]}
            </Button>
          ))}
        </div>
      )}
    </li>
  );
}

export function PersonFacts({ person }: { readonly person: Person }) {
  const text = strings.people;
  return (
    <p class="person-facts">
      {person.role !== 'participant' && <span class={`role role-${person.role}`}>{text.roles[person.role]}</span>}
      <VerifiedMark of={person} />
      {person.hand !== null && <span class="person-hand">{strings.talk.hand.up}</span>}
      {person.recording && <span class="person-recording">{strings.talk.recorded.mark}</span>}
      {!person.here && <span class="person-away">{text.away}</span>}
    </p>
  );
}

/** By what somebody is known; the address is there for hosts and co-hosts. */
export function VerifiedMark({ of }: { readonly of: Pick<Person, 'verified' | 'account_name' | 'email'> }) {
  const { verified, account_name, email } = of;
  const text = strings.people;
  return (
    <span class={`verified verified-${verified}`}>
      <Icon name={verified === 'none' ? 'question' : 'shield_check'} />
      <span>{verified === 'account' && !account_name ? text.otherName : text.verified[verified]}</span>
      {email !== null && <bdi class="verified-email">{email}</bdi>}
    </span>
  );
}

const NEW_ROLE: Readonly<Partial<Record<PersonAct, Role>>> = {
  make_cohost: 'cohost',
  make_speaker: 'speaker',
  make_participant: 'participant',
  make_viewer: 'viewer',
};

/** The order behind an entry that needs no question; null: one that needs it. */
export function orderOf(act: PersonAct, who: string): Order | null {
  const role = NEW_ROLE[act];
  if (role !== undefined) return { type: 'role', who, role };
  switch (act) {
    case 'mute':
    case 'stop_video':
    case 'stop_share':
    case 'ask_share':
    case 'send_back':
      return { type: act, who };
    default:
      return null;
  }
}

interface SwitchProps {
  readonly on: boolean;
  readonly icons: readonly ['mic_off' | 'camera_off', 'mic' | 'camera'];
  readonly labels: readonly [string, string];
}

function Switch({ on, icons, labels }: SwitchProps) {
  return (
    <span class={cls('switch-mark', !on && 'is-off')} title={on ? labels[1] : labels[0]}>
      <Icon name={on ? icons[1] : icons[0]} />
      <span class="visually-hidden">{on ? labels[1] : labels[0]}</span>
    </span>
  );
}
