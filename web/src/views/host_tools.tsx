/* SPDX-License-Identifier: GPL-3.0-or-later */
// What hosts and co-hosts do to the meeting as a whole.
import { useState } from 'preact/hooks';
import type { Ban, Person, Rules } from '../signal/messages';
import type { Meeting } from '../state/model';
import { strings } from '../strings';
import { locale } from '../strings/languages';
import { Button, focusScreen } from './basics';
import type { Commands } from './commands';
import { Confirm } from './confirm';
import { PersonFacts } from './person_row';

export function HostTools({ meeting, commands }: { readonly meeting: Meeting; readonly commands: Commands }) {
  const text = strings.tools;
  const { locked } = meeting.rules;
  return (
    <section class="panel-section" aria-labelledby="tools-title">
      <h3 id="tools-title">{text.title}</h3>
      <div class="tools-row">
        <Button act="mute-all" icon="mic_off" onClick={() => commands.order({ type: 'mute', all: true })}>
          {text.muteAll}
        </Button>
        <Button
          act="lock"
          icon={locked ? 'lock_open' : 'lock'}
          onClick={() => commands.order({ type: 'lock', on: !locked })}
        >
          {locked ? text.unlock : text.lock}
        </Button>
        <Button act="attendance" icon="download" onClick={() => commands.saveAttendance()}>
          {text.attendance}
        </Button>
      </div>
      <StopEverything commands={commands} />
    </section>
  );
}

/** Apart from all others, and in a colour of its own: it is looked for in a hurry. */
function StopEverything({ commands }: { readonly commands: Commands }) {
  const [asking, setAsking] = useState(false);
  const { title, text, points, after, yes } = strings.confirm.stop;
  return (
    <div class="tools-stop">
      <Button act="stop-everything" kind="danger" icon="hand" onClick={() => setAsking(true)}>
        {strings.tools.stop}
      </Button>
      {asking && (
        <Confirm
          title={title}
          yes={yes}
          onYes={() => commands.order({ type: 'stop_everything' })}
          onClose={() => setAsking(false)}
        >
          <p>{text}</p>
          <ul>
            {points.map((point) => (
              <li key={point}>{point}</li>
            ))}
          </ul>
          <p>{after}</p>
        </Confirm>
      )}
    </div>
  );
}

interface LastJoinedProps {
  readonly people: readonly Person[];
  readonly commands: Commands;
  readonly onExpel: (type: 'remove' | 'ban', person: Person) => void;
}

/** After "stop everything": whoever disturbs has mostly come last. */
export function LastJoined({ people, commands, onExpel }: LastJoinedProps) {
  const text = strings.tools;
  const { acts, actOn } = strings.people;
  return (
    <section class="panel-section last-joined" role="region" aria-labelledby="last-title">
      <h3 id="last-title">{text.lastTitle}</h3>
      <p role="status">{people.length > 0 ? text.lastText : text.lastNobody}</p>
      <ul>
        {people.map((person) => (
          <li key={person.id} class="last-person" data-last={person.id}>
            <div class="person-text">
              <p class="person-name">
                <bdi>{person.name}</bdi>
              </p>
              <PersonFacts person={person} />
              {person.since !== null && <p class="hint">{text.cameAt(clockTime(person.since))}</p>}
            </div>
            <span class="knock-buttons">
              {(['remove', 'ban'] as const).map((act) => (
                <Button
                  key={act}
                  act={`last-${act}`}
                  kind="warning"
                  label={actOn(acts[act], person.name)}
                  onClick={() => onExpel(act, person)}
                >
                  {acts[act]}
                </Button>
              ))}
            </span>
          </li>
        ))}
      </ul>
      <div class="knock-all">
        <Button
          act="last-done"
          onClick={() => {
            focusScreen();
            commands.seen('lastJoined');
          }}
        >
          {text.done}
        </Button>
      </div>
    </section>
  );
}

const clockTime = (unixSeconds: number): string =>
  new Date(unixSeconds * 1000).toLocaleTimeString(locale, { hour: '2-digit', minute: '2-digit' });

export function RulesForm({ rules, commands }: { readonly rules: Rules; readonly commands: Commands }) {
  const text = strings.tools;
  const { unmute_self, waiting } = rules;
  return (
    <section class="panel-section" aria-labelledby="rules-title">
      <h3 id="rules-title">{text.rulesTitle}</h3>
      <Rule
        act="rule-unmute"
        on={unmute_self}
        text={text.unmute}
        onChange={(on) => commands.order({ type: 'policy', unmute_self: on, waiting })}
      />
      <Rule
        act="rule-waiting"
        on={waiting}
        text={text.waiting}
        onChange={(on) => commands.order({ type: 'policy', unmute_self, waiting: on })}
      />
    </section>
  );
}

interface RuleProps {
  readonly act: string;
  readonly on: boolean;
  readonly text: string;
  readonly onChange: (on: boolean) => void;
}

/** Shows what holds at the server: a click asks for the change, and the server's word moves the mark. */
function Rule({ act, on, text, onChange }: RuleProps) {
  return (
    <label class="check">
      <input
        type="checkbox"
        data-act={act}
        checked={on}
        onClick={(event) => {
          event.preventDefault();
          onChange(!on);
        }}
      />
      <span>{text}</span>
    </label>
  );
}

export function BanList({ bans, commands }: { readonly bans: readonly Ban[]; readonly commands: Commands }) {
  const text = strings.tools;
  return (
    <section class="panel-section" aria-labelledby="bans-title">
      <h3 id="bans-title">{text.bansTitle(bans.length)}</h3>
      <ul class="bans">
        {bans.map(({ id, name }) => (
          <li key={id} class="ban" data-ban={id}>
            <bdi class="ban-name">{name}</bdi>
            <Button
              act="unban"
              label={text.unbanName(name)}
              onClick={() => {
                focusScreen();
                commands.order({ type: 'unban', id });
              }}
            >
              {text.unban}
            </Button>
          </li>
        ))}
      </ul>
    </section>
  );
}
