/* SPDX-License-Identifier: GPL-3.0-or-later */
// What an event shows around the stage: to viewers whether it has begun, to those in the green room where they are, to
// hosts the start and the end of the broadcast; and the question that is shown to all.
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import type { Person } from '../signal/messages';
import type { Meeting } from '../state/model';
import { mayModerate, selfOf } from '../state/rights';
import { stagePeople } from '../state/tiles';
import { strings } from '../strings';
import { Button, cls, focusScreen } from './basics';
import type { Commands, ViewProps } from './commands';
import { Confirm } from './confirm';
import { needsOf, PermissionRequest } from './device_setup';
import { Icon } from './icons';

type EventProps = ViewProps & { readonly meeting: Meeting };
type ControlProps = Omit<EventProps, 'state'>;

/** The stage, which is the whole of any other meeting, as an event shows it. */
export function EventMain({ state, commands, meeting, children }: EventProps & { readonly children: ComponentChildren }) {
  const self = selfOf(meeting);
  if (meeting.event.broadcast === null || self === undefined) return <>{children}</>;
  const calm = self.role === 'viewer' ? calmOf(meeting) : null;
  return (
    <>
      {self.role !== 'viewer' && <StageBar commands={commands} meeting={meeting} self={self} />}
      {self.role === 'speaker' && <StageSetup state={state} commands={commands} meeting={meeting} />}
      {calm === null ? children : <Calm name={calm} meeting={meeting} />}
      <ShownQuestion meeting={meeting} />
    </>
  );
}

/** Why a viewer sees nobody; null: somebody is there. */
function calmOf(meeting: Meeting): 'before' | 'over' | 'empty' | null {
  const state = meeting.event.broadcast?.state ?? 'live';
  if (state !== 'live') return state;
  return stagePeople(meeting).length === 0 ? 'empty' : null;
}

function Calm({ name, meeting }: { readonly name: 'before' | 'over' | 'empty'; readonly meeting: Meeting }) {
  const { title, text } = strings.event[name];
  return (
    <section class="event-calm" data-event={name} aria-labelledby="event-calm-title">
      {meeting.title !== '' && (
        <p class="event-calm-room" dir="auto">
          {meeting.title}
        </p>
      )}
      <h2 id="event-calm-title">{title}</h2>
      <p>{text}</p>
      {name === 'before' && <p class="hint">{strings.event.before.device}</p>}
    </section>
  );
}

/** At the top, for everybody: whether the broadcast runs. */
export function EventMark({ meeting }: { readonly meeting: Meeting }) {
  const state = meeting.event.broadcast?.state;
  if (state === undefined) return null;
  const text = strings.event.marksLong[state];
  return (
    <p class={cls('event-mark', state === 'live' && 'is-live')} data-mark="broadcast" data-state={state} title={text}>
      <span aria-hidden="true">{strings.event.marks[state]}</span>
      <span class="visually-hidden">{text}</span>
    </p>
  );
}

/** Where one is oneself, and what one can do about it. */
function StageBar({ commands, meeting, self }: ControlProps & { readonly self: Person }) {
  const text = strings.event.bar;
  const place = placeOf(meeting, self);
  return (
    <section class={cls('event-bar', place === 'live' && 'is-live')} data-place={place} aria-label={text.controls}>
      <p role="status">{text[place]}</p>
      <span class="event-bar-buttons">
        {mayModerate(meeting) ? (
          <HostButtons commands={commands} meeting={meeting} self={self} />
        ) : (
          <StepDown commands={commands} />
        )}
      </span>
    </section>
  );
}

function placeOf({ event }: Meeting, { stage }: Person): 'before' | 'held' | 'waiting' | 'live' | 'over' {
  const state = event.broadcast?.state ?? 'before';
  if (stage === 'live') return 'live';
  if (state === 'live') return 'waiting';
  return state === 'before' && stage === 'green' ? 'held' : state;
}

function HostButtons({ commands, meeting, self }: ControlProps & { readonly self: Person }) {
  const [asking, setAsking] = useState<'start' | 'end' | null>(null);
  const text = strings.event.bar;
  const state = meeting.event.broadcast?.state;
  const running = state === 'live';
  return (
    <>
      {running && (
        <Button
          act={self.stage === 'live' ? 'off-stage' : 'on-stage'}
          onClick={() => commands.order({ type: 'stage', who: self.id, on: self.stage !== 'live' })}
        >
          {self.stage === 'live' ? text.offStage : text.onStage}
        </Button>
      )}
      {running ? (
        <Button act="broadcast-end" kind="warning" onClick={() => setAsking('end')}>
          {text.end}
        </Button>
      ) : (
        <Button act="broadcast-start" kind="primary" onClick={() => setAsking('start')}>
          {state === 'over' ? text.again : text.start}
        </Button>
      )}
      {asking !== null && (
        <ConfirmBroadcast
          start={asking === 'start'}
          meeting={meeting}
          onYes={() => {
            commands.order({ type: 'broadcast', on: asking === 'start' });
            focusScreen();
          }}
          onClose={() => setAsking(null)}
        />
      )}
    </>
  );
}

interface ConfirmBroadcastProps {
  readonly start: boolean;
  readonly meeting: Meeting;
  readonly onYes: () => void;
  readonly onClose: () => void;
}

function ConfirmBroadcast({ start, meeting, onYes, onClose }: ConfirmBroadcastProps) {
  const text = strings.event.confirm;
  const ready = meeting.people.filter(({ stage }) => stage === 'ready');
  const watching = meeting.people.filter(({ role }) => role === 'viewer').length;
  const { title, yes } = start ? text.start : text.end;
  return (
    <Confirm title={title} yes={yes} onYes={onYes} onClose={onClose}>
      {!start && <p>{text.end.text}</p>}
      {start && ready.length === 0 && <p>{text.start.nobody}</p>}
      {start && ready.length > 0 && (
        <>
          <p>{text.start.text(watching)}</p>
          <ul>
            {ready.map(({ id, name }) => (
              <li key={id}>
                <bdi>{name}</bdi>
              </li>
            ))}
          </ul>
        </>
      )}
    </Confirm>
  );
}

function StepDown({ commands }: Pick<ViewProps, 'commands'>) {
  const [asking, setAsking] = useState(false);
  const { title, text, yes } = strings.event.confirm.stepDown;
  return (
    <>
      <Button act="step-down" onClick={() => setAsking(true)}>
        {strings.event.bar.stepDown}
      </Button>
      {asking && (
        <Confirm
          title={title}
          yes={yes}
          onYes={() => {
            commands.order({ type: 'step_down' });
            focusScreen();
          }}
          onClose={() => setAsking(false)}
        >
          <p>{text}</p>
        </Confirm>
      )}
    </>
  );
}

/** Who was invited has used no device so far: it is explained by whom and for what, and asked for after a click. */
function StageSetup({ state, commands, meeting }: EventProps) {
  const [later, setLater] = useState(false);
  const { broughtBy } = meeting.event;
  const needs = needsOf(state.own);
  if (later || broughtBy === null || !(state.own.asking || (needs.mic && needs.camera))) return null;
  const text = strings.event.setup;
  return (
    <section class="event-setup" data-event="setup" aria-labelledby="event-setup-title">
      <h2 id="event-setup-title">{text.title}</h2>
      <p>{text.lead(broughtBy)}</p>
      <PermissionRequest state={state} commands={commands} />
      <Button act="setup-later" kind="quiet" onClick={() => setLater(true)}>
        {text.later}
      </Button>
    </section>
  );
}

/** To a viewer who is invited onto the stage. */
export function Invitation({ commands, meeting }: { readonly commands: Commands; readonly meeting: Meeting }) {
  const { invitedBy } = meeting.event;
  const by = selfOf(meeting)?.role === 'viewer' ? invitedBy : null;
  const text = strings.event.invitation;
  const answer = (accept: boolean) => {
    commands.order({ type: 'invitation', accept });
    focusScreen();
  };
  return (
    <section class={cls('event-invitation', by === null && 'is-empty')} data-invited={by !== null || undefined}>
      <div role="alert">
        {by !== null && (
          <>
            <h2>
              <Icon name="stage" />
              {text.title(by)}
            </h2>
            <p>{text.text}</p>
          </>
        )}
      </div>
      {by !== null && (
        <span class="event-invitation-buttons">
          <Button act="invitation-accept" kind="primary" onClick={() => answer(true)}>
            {text.accept}
          </Button>
          <Button act="invitation-decline" onClick={() => answer(false)}>
            {text.decline}
          </Button>
        </span>
      )}
    </section>
  );
}

function ShownQuestion({ meeting }: { readonly meeting: Meeting }) {
  const { shown } = meeting.event;
  return (
    <div class="event-shown-place" role="status" data-shown={shown?.id}>
      {shown !== null && (
        <figure class="event-shown">
          <figcaption>{strings.event.questions.shownTitle(shown.name)}</figcaption>
          <blockquote dir="auto">{shown.text}</blockquote>
        </figure>
      )}
    </div>
  );
}
