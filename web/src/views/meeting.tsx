/* SPDX-License-Identifier: GPL-3.0-or-later */
import type { ComponentChildren } from 'preact';
import type { Alert } from '../signal/messages';
import type { Meeting } from '../state/model';
import { isolated } from '../state/names';
import { mayModerate, maySwitchOn, onlyWatches, peopleIn } from '../state/rights';
import { strings } from '../strings';
import { wordsOr } from '../strings/said';
import { Brand, Button, cls, ScreenHeading } from './basics';
import type { ViewProps } from './commands';
import { useFullScreen } from './full_screen';
import { Icon, type IconName } from './icons';
import { ChatPanel } from './chat_panel';
import { ConnectionPanel, SoundOnlyBanner, WeakBanner, WeakMark } from './connection_panel';
import { CrowdReactions, ReactionBar } from './gestures';
import { InvitePanel } from './invite_panel';
import { KnockCard } from './knocks';
import { PeoplePanel } from './people_panel';
import { RecordingQuestion, RecordingState } from './recording';
import { RecordingBanner, RecordingMark } from './recorded';
import { SecurityPanel, shieldOf, summaryOfMeeting } from './security_panel';
import { useKeys } from './keys';
import { KeysDialog } from './keys_dialog';
import { SettingsPanel } from './settings_panel';
import { EventMain, EventMark, Invitation } from './event_stage';
import { QuestionsPanel } from './questions_panel';
import { ShareAsked, ShareBar } from './share_bar';
import { ShareDialog } from './share_dialog';
import { Stage } from './stage';
import { StagePanel } from './stage_panel';
import { Toolbar } from './toolbar';
import { toolsOf } from './tools';
import { ViewPanel } from './view_panel';

export function MeetingPage({ state, commands, meeting }: ViewProps & { readonly meeting: Meeting }) {
  // A tool says whether the page fills the screen.
  useFullScreen();
  const tools = toolsOf({ state, commands });
  useKeys({ state, commands }, tools);
  return (
    <div
      class={cls('meeting', state.panel !== null && 'has-panel')}
      data-screen="meeting"
      data-media={meeting.media}
      data-link={state.link}
    >
      <header class="topbar">
        <Brand />
        {meeting.title !== '' && (
          <p class="topbar-title" dir="auto" title={meeting.title}>
            {meeting.title}
          </p>
        )}
        <span class="topbar-marks">
          <EventMark meeting={meeting} />
          <CountMark meeting={meeting} />
          <RecordingMark meeting={meeting} recorded={state.door.recorded} />
          <LockMark locked={meeting.rules.locked} />
          <WeakMark state={state} commands={commands} meeting={meeting} />
          <ShieldButton state={state} commands={commands} meeting={meeting} />
        </span>
      </header>
      <main class="meeting-main">
        <ScreenHeading hidden>{meeting.title === '' ? strings.meeting.title : meeting.title}</ScreenHeading>
        <Banners state={state} commands={commands} meeting={meeting} />
        <ShareBar state={state} commands={commands} />
        <EventMain state={state} commands={commands} meeting={meeting}>
          <Stage state={state} meeting={meeting} commands={commands} />
        </EventMain>
        <Invitation commands={commands} meeting={meeting} />
        <CrowdReactions talk={state.talk} />
        {state.panel !== 'people' && <KnockCard knocking={meeting.knocking} commands={commands} />}
        <ShareAsked meeting={meeting} commands={commands} />
      </main>
      <Toolbar tools={tools} commands={commands} />
      <ShareDialog state={state} commands={commands} />
      <RecordingQuestion recording={state.recording} commands={commands} />
      {state.talk.picking && <ReactionBar commands={commands} />}
      <OpenPanel state={state} commands={commands} meeting={meeting} />
      {state.keysShown && <KeysDialog state={state} commands={commands} />}
    </div>
  );
}

type MeetingProps = ViewProps & { readonly meeting: Meeting };

function OpenPanel({ state, commands, meeting }: MeetingProps) {
  switch (state.panel) {
    case 'people':
      return <PeoplePanel meeting={meeting} own={state.own} commands={commands} />;
    case 'invite':
      return <InvitePanel meeting={meeting} commands={commands} />;
    case 'chat':
      return <ChatPanel meeting={meeting} talk={state.talk} commands={commands} />;
    case 'connection':
      return <ConnectionPanel state={state} meeting={meeting} commands={commands} />;
    case 'security':
      return <SecurityPanel state={state} meeting={meeting} commands={commands} />;
    case 'stage':
      return mayModerate(meeting) ? <StagePanel meeting={meeting} commands={commands} /> : null;
    case 'questions':
      return <QuestionsPanel meeting={meeting} commands={commands} />;
    case 'settings':
      return <SettingsPanel state={state} commands={commands} />;
    case 'view':
      return <ViewPanel state={state} commands={commands} />;
    case null:
      return null;
  }
}

/** An event shows how many are there: they are not to be seen otherwise. */
function CountMark({ meeting }: { readonly meeting: Meeting }) {
  if (meeting.kind !== 'event') return null;
  const text = strings.meeting.countLong(peopleIn(meeting));
  return (
    <p class="count-mark" data-mark="count" title={text} role="img" aria-label={text}>
      <Icon name="people" />
      <span aria-hidden="true">{strings.meeting.count(peopleIn(meeting))}</span>
    </p>
  );
}

function LockMark({ locked }: { readonly locked: boolean }) {
  if (!locked) return null;
  return (
    <p class="lock-mark" data-mark="locked" title={strings.meeting.lockedLong}>
      <Icon name="lock" />
      <span>{strings.meeting.locked}</span>
    </p>
  );
}

function ShieldButton({ state, commands, meeting }: MeetingProps) {
  const { tone, icon } = shieldOf(summaryOfMeeting(meeting));
  const open = state.panel === 'security';
  return (
    <button
      type="button"
      class={`shield-button tone-${tone}`}
      data-act="security"
      aria-expanded={open}
      aria-label={strings.meeting.securityLong}
      title={strings.meeting.securityLong}
      onClick={() => commands.showPanel(open ? null : 'security')}
    >
      <Icon name={icon} />
      <span aria-hidden="true">{strings.meeting.security}</span>
    </button>
  );
}

function Banners({ state, commands, meeting }: MeetingProps) {
  const text = strings.meeting;
  const away = state.link === 'away';
  return (
    <div class="banners">
      <div role="status">
        {away && (
          <Banner icon="warning" text={text.linkAway}>
            <Button act="retry" onClick={() => commands.retryNow()}>
              {text.retryNow}
            </Button>
          </Banner>
        )}
        {!away && meeting.media === 'away' && <Banner icon="warning" text={text.mediaAway} />}
        {!away && meeting.media === 'blocked' && <Banner icon="warning" text={text.mediaBlocked} />}
        {!away && meeting.media === 'refused' && (
          <Banner icon="warning" text={`${text.mediaRefused} ${meeting.mediaRefusal ?? ''}`} />
        )}
      </div>
      <WeakBanner state={state} commands={commands} meeting={meeting} />
      <SoundOnlyBanner commands={commands} meeting={meeting} />
      <SilencedBanner state={state} commands={commands} meeting={meeting} />
      <AlertBanner commands={commands} meeting={meeting} />
      <OfferBanner state={state} commands={commands} />
      <RecordingState recording={state.recording} commands={commands} />
      <RecordingBanner meeting={meeting} recorded={state.door.recorded} talk={state.talk} commands={commands} />
      {meeting.soundBlocked && (
        <Banner icon="sound" text={text.soundBlocked}>
          <Button kind="primary" act="hear" onClick={() => commands.hear()}>
            {text.hear}
          </Button>
        </Banner>
      )}
    </div>
  );
}

/** What a host, or the rules, have switched off here, until it was looked at. */
function SilencedBanner({ state, commands, meeting }: MeetingProps) {
  // Who only watches has heard of the new role, and has nothing to switch on.
  const silenced = onlyWatches(state) ? null : meeting.silenced;
  const text = strings.meeting;
  const words = (source: 'mic' | 'camera' | 'screen', by: string | null) =>
    by === null ? text.silencedByRules[source] : text.silenced[source](by);
  const kind = silenced === null || silenced.source === 'screen' ? null : silenced.source;
  const on = { mic: text.unmute, camera: text.cameraOn };
  return (
    <div role="status" data-silenced={silenced?.source}>
      {silenced !== null && (
        <Banner
          icon={silenced.source === 'mic' ? 'mic_off' : 'camera_off'}
          text={words(silenced.source, silenced.by)}
        >
          <span class="banner-buttons">
            {kind !== null && maySwitchOn(meeting, kind) && (
              <Button act={`again-${kind}`} onClick={() => commands.toggle(kind)}>
                {on[kind]}
              </Button>
            )}
            <Button act="understood" onClick={() => commands.seen('silenced')}>
              {text.understood}
            </Button>
          </span>
        </Banner>
      )}
    </div>
  );
}

/** A device was plugged in: it is told, and used only if the person says so. */
function OfferBanner({ state, commands }: ViewProps) {
  const { offered } = state.own;
  const text = strings.equipment;
  return (
    <div role="status" data-offered={offered?.label}>
      {offered !== null && (
        <Banner icon="headset" text={text.offer(isolated(offered.label))}>
          <span class="banner-buttons">
            <Button kind="primary" act="use-device" onClick={() => commands.answerOffer(true)}>
              {text.use}
            </Button>
            <Button act="leave-device" onClick={() => commands.answerOffer(false)}>
              {text.leave}
            </Button>
          </span>
        </Banner>
      )}
    </div>
  );
}

/** What a host should look at: the latest of it, the rest is counted. */
function AlertBanner({ commands, meeting }: Omit<MeetingProps, 'state'>) {
  const alert = mayModerate(meeting) ? meeting.alerts.at(-1) : undefined;
  const more = meeting.alerts.length - 1;
  const text = strings.alerts;
  const words = alert === undefined ? '' : wordsOf(alert, meeting);
  return (
    <div role="alert" data-alert={alert?.code}>
      {alert !== undefined && (
        <Banner icon="warning" text={more > 0 ? `${words} ${text.more(more)}` : words}>
          <span class="banner-buttons">
            <Button act="look-at-people" onClick={() => commands.showPanel('people')}>
              {text.look}
            </Button>
            <Button act="alerts-seen" onClick={() => commands.seen('alerts')}>
              {strings.meeting.understood}
            </Button>
          </span>
        </Banner>
      )}
    </div>
  );
}

function wordsOf({ code, who, other, text }: Alert, { people }: Meeting): string {
  const name = (id: string | null) =>
    isolated(people.find((person) => person.id === id)?.name ?? strings.notices.somebody);
  const { twice } = strings.alerts;
  return Object.hasOwn(twice, code) ? twice[code as keyof typeof twice](name(who), name(other)) : wordsOr(strings.said.alerts, code, text);
}

function Banner({
  icon,
  text,
  children,
}: {
  readonly icon: IconName;
  readonly text: string;
  readonly children?: ComponentChildren;
}) {
  return (
    <div class="meeting-banner">
      <Icon name={icon} />
      <p>{text}</p>
      {children}
    </div>
  );
}
