/* SPDX-License-Identifier: GPL-3.0-or-later */
import { useState } from 'preact/hooks';
import type { Person } from '../signal/messages';
import type { Meeting, OwnMedia } from '../state/model';
import { actsOn, mayModerate, peopleIn, selfOf, type PersonAct } from '../state/rights';
import { strings } from '../strings';
import { focusScreen } from './basics';
import type { Commands } from './commands';
import { ConfirmExpulsion, type Expulsion } from './confirm';
import { BanList, HostTools, LastJoined, RulesForm } from './host_tools';
import { HandList } from './gestures';
import { KnockList } from './knocks';
import { useNameSearch } from './name_search';
import { Panel } from './panel';
import { orderOf, PersonRow } from './person_row';

interface PeoplePanelProps {
  readonly meeting: Meeting;
  readonly own: OwnMedia;
  readonly commands: Commands;
}

export function PeoplePanel({ meeting, own, commands }: PeoplePanelProps) {
  const [expulsion, setExpulsion] = useState<Expulsion | null>(null);
  const moderates = mayModerate(meeting);
  const expel = (type: 'remove' | 'ban', { id, name }: Pick<Person, 'id' | 'name'>) =>
    setExpulsion({ type, who: id, name });
  return (
    <Panel name="people" title={strings.people.title} onClose={() => commands.showPanel(null)}>
      {moderates && <HostTools meeting={meeting} commands={commands} />}
      {moderates && meeting.lastJoined !== null && (
        <LastJoined people={meeting.lastJoined} commands={commands} onExpel={expel} />
      )}
      {meeting.knocking.length > 0 && (
        <section class="panel-section">
          <h3>{strings.knocks.title(meeting.knocking.length)}</h3>
          <KnockList
            knocking={meeting.knocking}
            commands={commands}
            onBan={(knock) => expel('ban', knock)}
          />
        </section>
      )}
      <HandList meeting={meeting} commands={commands} />
      <Roster meeting={meeting} own={own} commands={commands} onExpel={expel} />
      {moderates && <RulesForm rules={meeting.rules} commands={commands} />}
      {moderates && meeting.bans.length > 0 && <BanList bans={meeting.bans} commands={commands} />}
      {expulsion !== null && (
        <ConfirmExpulsion
          expulsion={expulsion}
          onYes={() => {
            commands.order({ type: expulsion.type, who: expulsion.who });
            focusScreen();
          }}
          onClose={() => setExpulsion(null)}
        />
      )}
    </Panel>
  );
}

function rowActs(self: Person, other: Person, meeting: Meeting): readonly PersonAct[] {
  const acts = actsOn(self, other, meeting.rules, meeting.kind);
  return self.may.chat && self.id !== other.id ? ['write', ...acts] : acts;
}

interface RosterProps extends PeoplePanelProps {
  readonly onExpel: (type: 'remove' | 'ban', person: Person) => void;
}

function Roster({ meeting, own, commands, onExpel }: RosterProps) {
  const self = selfOf(meeting);
  const { shown, field } = useNameSearch('people-search', meeting.people, strings.people.nobody);
  const act = (what: PersonAct, person: Person) => {
    const order = orderOf(what, person.id);
    if (what === 'write') commands.writeTo(person.id);
    else if (order !== null) commands.order(order);
    else if (what === 'remove' || what === 'ban') onExpel(what, person);
  };
  return (
    <section class="panel-section">
      <h3>{strings.people.inMeeting(peopleIn(meeting))}</h3>
      {meeting.people.length < peopleIn(meeting) && <p class="hint">{strings.people.audience}</p>}
      {field}
      <ul class="people">
        {shown.map((person) => (
          <PersonRow
            key={person.id}
            person={person}
            isYou={person.id === meeting.you}
            own={own}
            acts={self === undefined ? [] : rowActs(self, person, meeting)}
            onAct={(what) => act(what, person)}
          />
        ))}
      </ul>
    </section>
  );
}
