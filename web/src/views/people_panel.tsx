/* SPDX-License-Identifier: GPL-3.0-or-later */
import type { Person } from '../signal/messages';
import type { Meeting, OwnMedia } from '../state/model';
import { hueOf, initials } from '../state/names';
import { strings } from '../strings';
import { cls } from './basics';
import type { Commands } from './commands';
import { Icon } from './icons';
import { KnockList } from './knocks';
import { Panel } from './panel';

export function PeoplePanel({
  meeting,
  own,
  commands,
}: {
  readonly meeting: Meeting;
  readonly own: OwnMedia;
  readonly commands: Commands;
}) {
  const text = strings.people;
  return (
    <Panel name="people" title={text.title} onClose={() => commands.showPanel(null)}>
      {meeting.knocking.length > 0 && (
        <section class="panel-section">
          <h3>{strings.knocks.title(meeting.knocking.length)}</h3>
          <KnockList knocking={meeting.knocking} commands={commands} />
        </section>
      )}
      <section class="panel-section">
        <h3>{text.inMeeting(meeting.people.length)}</h3>
        <ul class="people">
          {meeting.people.map((person) => (
            <PersonRow key={person.id} person={person} isYou={person.id === meeting.you} own={own} />
          ))}
        </ul>
      </section>
    </Panel>
  );
}

function PersonRow({
  person,
  isYou,
  own,
}: {
  readonly person: Person;
  readonly isYou: boolean;
  readonly own: OwnMedia;
}) {
  const text = strings.people;
  const { mic, camera } = isYou ? own : person;
  return (
    <li class={cls('person', !person.here && 'is-away')} data-person={person.id}>
      <span class={`avatar-small hue-${hueOf(person.id)}`} aria-hidden="true">
        {initials(person.name)}
      </span>
      <div class="person-text">
        <p class="person-name">
          <bdi>{person.name}</bdi>
          {isYou && <span class="person-you">{text.you}</span>}
        </p>
        <p class="person-facts">
          <span class={`verified verified-${person.verified}`}>
            <Icon name={person.verified === 'host_link' ? 'shield_check' : 'question'} />
            {person.role === 'host' ? `${text.host}, ` : ''}
            {text.verified[person.verified]}
          </span>
          {!person.here && <span class="person-away">{text.away}</span>}
        </p>
      </div>
      <Switch on={mic} icons={['mic_off', 'mic']} labels={[text.micOff, text.micOn]} />
      <Switch on={camera} icons={['camera_off', 'camera']} labels={[text.cameraOff, text.cameraOn]} />
    </li>
  );
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
