/* SPDX-License-Identifier: GPL-3.0-or-later */
// For hosts and co-hosts of an event: who is on the stage, who waits in the green room, who is invited, and who of the
// audience could be.
import type { Person } from '../signal/messages';
import { isBackstage } from '../state/event';
import type { Meeting } from '../state/model';
import { hueOf, initials } from '../state/names';
import { isAudience, selfOf } from '../state/rights';
import { strings } from '../strings';
import { Button } from './basics';
import type { Commands } from './commands';
import { useNameSearch } from './name_search';
import { Panel } from './panel';
import { PersonFacts } from './person_row';

/** Raised hands that are listed: nobody calls on more at once. */
const HANDS_LISTED = 20;

interface StagePanelProps {
  readonly meeting: Meeting;
  readonly commands: Commands;
}

export function StagePanel({ meeting, commands }: StagePanelProps) {
  const text = strings.event.panel;
  const onStage = meeting.people.filter(({ stage }) => stage === 'live');
  const backstage = meeting.people.filter(isBackstage);
  const audience = meeting.people.filter((person) => isAudience(meeting, person));
  const invited = audience.filter((person) => person.invited);
  return (
    <Panel name="stage" title={text.title} onClose={() => commands.showPanel(null)}>
      {meeting.event.broadcast?.state === 'live' && (
        <section class="panel-section" data-list="live" aria-labelledby="stage-live">
          <h3 id="stage-live">{text.live(onStage.length)}</h3>
          {onStage.length === 0 && <p>{text.nobodyLive}</p>}
          <StageList people={onStage} meeting={meeting} commands={commands} />
        </section>
      )}
      <section class="panel-section" data-list="green" aria-labelledby="stage-green">
        <h3 id="stage-green">{text.green(backstage.length)}</h3>
        {backstage.length === 0 && <p>{text.nobodyGreen}</p>}
        <StageList people={backstage} meeting={meeting} commands={commands} />
        <p class="hint">{text.places}</p>
      </section>
      {invited.length > 0 && (
        <section class="panel-section" data-list="invited" aria-labelledby="stage-invited">
          <h3 id="stage-invited">{text.invited(invited.length)}</h3>
          <ul class="people">
            {invited.map((person) => (
              <StageRow key={person.id} person={person} hint={null}>
                <Button
                  act="withdraw"
                  label={text.on(text.withdraw, person.name)}
                  onClick={() => commands.order({ type: 'invite', who: person.id, on: false })}
                >
                  {text.withdraw}
                </Button>
              </StageRow>
            ))}
          </ul>
        </section>
      )}
      <Hands people={audience.filter((person) => !person.invited)} commands={commands} />
      <Audience people={audience.filter((person) => !person.invited)} commands={commands} />
    </Panel>
  );
}

interface StageListProps extends StagePanelProps {
  readonly people: readonly Person[];
}

function StageList({ people, meeting, commands }: StageListProps) {
  const text = strings.event.panel;
  const self = selfOf(meeting);
  return (
    <ul class="people">
      {people.map((person) => {
        const hint = hintOf(person, meeting);
        // The server's rules: nobody moves a host but himself, and makes a viewer only of somebody below.
        const mayMove = person.id === self?.id || person.role !== 'host';
        const below = person.role !== 'host' && (self?.role === 'host' || person.role !== 'cohost');
        const move = moveOf(person, meeting);
        return (
          <StageRow key={person.id} person={person} hint={hint}>
            {mayMove && (
              <Button
                act={move.on ? 'to-stage' : 'to-green'}
                kind={move.on && meeting.event.broadcast?.state === 'live' ? 'primary' : 'plain'}
                label={text.on(move.words, person.name)}
                onClick={() => commands.order({ type: 'stage', who: person.id, on: move.on })}
              >
                {move.words}
              </Button>
            )}
            {below && person.id !== self?.id && (
              <Button
                act="to-audience"
                label={text.on(text.toAudience, person.name)}
                onClick={() => commands.order({ type: 'role', who: person.id, role: 'viewer' })}
              >
                {text.toAudience}
              </Button>
            )}
          </StageRow>
        );
      })}
    </ul>
  );
}

function hintOf(person: Person, { event }: Meeting): string | null {
  if (event.broadcast?.state === 'live' || !isBackstage(person)) return null;
  return person.stage === 'ready' ? strings.event.panel.ready : strings.event.panel.held;
}

function moveOf({ stage }: Person, { event }: Meeting): { readonly on: boolean; readonly words: string } {
  const text = strings.event.panel;
  const running = event.broadcast?.state === 'live';
  const on = stage === 'green';
  if (running) return { on, words: on ? text.toStage : text.toGreen };
  return { on, words: on ? text.withStart : text.holdBack };
}

interface StageRowProps {
  readonly person: Person;
  readonly hint: string | null;
  readonly children: preact.ComponentChildren;
}

function StageRow({ person, hint, children }: StageRowProps) {
  return (
    <li class="stage-person" data-person={person.id}>
      <div class="person-line">
        <span class={`avatar-small hue-${hueOf(person.id)}`} aria-hidden="true">
          {initials(person.name)}
        </span>
        <div class="person-text">
          <p class="person-name">
            <bdi>{person.name}</bdi>
          </p>
          <PersonFacts person={person} />
          {hint !== null && <p class="hint">{hint}</p>}
        </div>
      </div>
      <span class="stage-person-buttons">{children}</span>
    </li>
  );
}

type AudienceProps = Pick<StagePanelProps, 'commands'> & { readonly people: readonly Person[] };

/** Of the audience those with a raised hand, the earliest first. */
function Hands({ people, commands }: AudienceProps) {
  const text = strings.event.panel;
  const raised = people.filter(({ hand }) => hand !== null).sort((a, b) => (a.hand ?? 0) - (b.hand ?? 0));
  if (raised.length === 0) return null;
  return (
    <section class="panel-section" data-list="hands" aria-labelledby="stage-hands">
      <h3 id="stage-hands">{text.hands(raised.length)}</h3>
      <ul class="people">
        {raised.slice(0, HANDS_LISTED).map((person) => (
          <InviteRow key={person.id} person={person} commands={commands} />
        ))}
      </ul>
    </section>
  );
}

function InviteRow({ person, commands }: Pick<StagePanelProps, 'commands'> & { readonly person: Person }) {
  const { invite, on } = strings.event.panel;
  return (
    <StageRow person={person} hint={null}>
      <Button
        act="invite-onto-stage"
        label={on(invite, person.name)}
        onClick={() => commands.order({ type: 'invite', who: person.id, on: true })}
      >
        {invite}
      </Button>
    </StageRow>
  );
}

function Audience({ people, commands }: AudienceProps) {
  const text = strings.event.panel;
  const { shown, field } = useNameSearch('stage-search', people, text.nobody);
  return (
    <section class="panel-section" data-list="audience" aria-labelledby="stage-audience">
      <h3 id="stage-audience">{text.audience}</h3>
      <p>{text.audienceHint}</p>
      {field}
      <ul class="people">
        {shown.map((person) => (
          <InviteRow key={person.id} person={person} commands={commands} />
        ))}
      </ul>
    </section>
  );
}
