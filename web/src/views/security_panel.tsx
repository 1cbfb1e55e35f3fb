/* SPDX-License-Identifier: GPL-3.0-or-later */
import type { ComponentChildren } from 'preact';
import { useSite } from '../pages/context';
import { canBeQuiet } from '../media/quiet';
import { doorEvidenceOf, type DoorEvidence } from '../state/door_evidence';
import type { Meeting } from '../state/model';
import { evidenceOf, summaryOf, type Evidence, type Summary, type Verdict } from '../state/evidence';
import { quietEvidenceOf } from '../state/quiet';
import { shareEvidenceOf } from '../state/share_evidence';
import { strings } from '../strings';
import { locale } from '../strings/languages';
import { cls } from './basics';
import type { ViewProps } from './commands';
import { Icon, type IconName } from './icons';
import { Panel } from './panel';

export function summaryOfMeeting(meeting: Meeting): Summary {
  if (meeting.media === 'refused' || meeting.media === 'blocked') return 'failed';
  const evidence = evidenceOf(meeting.serverFacts, meeting.browserFacts);
  return summaryOf(meeting.serverFacts, evidence, meeting.media === 'connected');
}

const SUMMARY_TONE: Readonly<Record<Summary, Verdict>> = {
  protected: 'good',
  protected_classical: 'fair',
  checking: 'unknown',
  incomplete: 'unknown',
  problem: 'bad',
  failed: 'bad',
};

const VERDICT_ICON: Readonly<Record<Verdict, IconName>> = {
  good: 'check',
  fair: 'warning',
  bad: 'warning',
  unknown: 'question',
};

export function shieldOf(summary: Summary): { readonly tone: Verdict; readonly icon: IconName } {
  const tone = SUMMARY_TONE[summary];
  return { tone, icon: tone === 'good' ? 'shield_check' : tone === 'unknown' ? 'shield' : 'shield_alert' };
}

export function SecurityPanel({ meeting, state, commands }: ViewProps & { readonly meeting: Meeting }) {
  const text = strings.security;
  const evidence = evidenceOf(meeting.serverFacts, meeting.browserFacts);
  const summary = summaryOfMeeting(meeting);
  const { tone, icon } = shieldOf(summary);
  const reason = meeting.serverFacts?.reason ?? meeting.mediaRefusal;
  return (
    <Panel name="security" title={text.title} onClose={() => commands.showPanel(null)}>
      <div class={cls('summary', `tone-${tone}`)} data-summary={summary}>
        <Icon name={icon} />
        <div>
          <p class="summary-title">{text.summaries[summary].title}</p>
          <p>{text.summaries[summary].text}</p>
          {reason !== null && <p>{text.failedReason(reason)}</p>}
        </div>
      </div>
      <p class="hint">{text.live}</p>
      <dl class="evidence">
        {evidence.map((item) => (
          <EvidenceLine key={item.id} item={item} />
        ))}
        <QuietLine meeting={meeting} wanted={state.preferences.quiet} />
      </dl>
      <ScreenSection meeting={meeting} state={state} />
      <DoorSection meeting={meeting} highCare={state.door.highCare} />
      <section class="panel-section">
        <h3>{text.serverTitle}</h3>
        <p>{text.serverText}</p>
      </section>
    </Panel>
  );
}

function QuietLine({ meeting, wanted }: { readonly meeting: Meeting; readonly wanted: boolean }) {
  const { meaning, verdict } = quietEvidenceOf(wanted, canBeQuiet(), meeting.quietFacts);
  const { label, lines } = strings.quiet;
  return (
    <Fact
      id="quiet"
      verdict={verdict}
      label={label}
      value={<p class="fact-value">{lines[meaning].value}</p>}
      text={lines[meaning].meaning}
    />
  );
}

/** What others see of the own screen, and who has asked for it. */
function ScreenSection({ meeting, state }: Pick<ViewProps, 'state'> & { readonly meeting: Meeting }) {
  const { screen, requests, title } = strings.share.evidence;
  const counts = meeting.shareCounts;
  const { meaning, verdict } = shareEvidenceOf(state.share, counts);
  return (
    <section class="panel-section">
      <h3>{title}</h3>
      <dl class="evidence">
        <Fact
          id="screen"
          verdict={verdict}
          label={screen.label}
          value={<p class="fact-value">{screen.values[meaning]}</p>}
          text={`${screen.counts(counts.live, counts.held)} ${screen.meaning}`}
        />
        <Fact
          id="screen_requests"
          verdict="good"
          label={requests.label}
          value={<p class="fact-value">{requests.value(counts.asked)}</p>}
          text={requests.meaning}
        />
      </dl>
    </section>
  );
}

/** Who comes in, and how well it is known who they are. */
function DoorSection({ meeting, highCare }: { readonly meeting: Meeting; readonly highCare: boolean }) {
  const { site, commands } = useSite();
  return (
    <section class="panel-section">
      <h3>{strings.security.doorTitle}</h3>
      <dl class="evidence">
        {doorEvidenceOf(meeting, site.session, commands.proofs(), highCare).map((item) => (
          <DoorLine key={item.id} item={item} />
        ))}
      </dl>
    </section>
  );
}

function DoorLine({ item }: { readonly item: DoorEvidence }) {
  const text = strings.security;
  const { value, meaning } = text.door[item.meaning];
  return (
    <Fact
      id={item.id}
      verdict={item.verdict}
      label={text.doorLabels[item.id]}
      value={<p class="fact-value">{value(item.known, item.of, item.at === null ? '' : timeText(item.at))}</p>}
      text={meaning}
    />
  );
}

const timeText = (ms: number): string =>
  new Date(ms).toLocaleTimeString(locale, { hour: '2-digit', minute: '2-digit', second: '2-digit' });

function valueText({ id, value }: Evidence): string {
  if (value === null) return strings.security.notKnown;
  if (id === 'since') return timeText(Number(value) * 1000);
  return id === 'headers' ? (strings.security.values[value] ?? value) : value;
}

function EvidenceLine({ item }: { readonly item: Evidence }) {
  const text = strings.security;
  const isFingerprint = item.id === 'server_certificate' || item.id === 'own_certificate';
  return (
    <Fact
      id={item.id}
      verdict={item.verdict}
      label={text.labels[item.id]}
      value={
        <p class={cls('fact-value', isFingerprint && 'is-fingerprint')} dir="ltr">
          {valueText(item)}
        </p>
      }
      text={
        <>
          {text.meanings[item.meaning]}{' '}
          {item.id !== 'since' && <span class="fact-witness">{text.witnesses[item.witness]}</span>}
        </>
      }
    />
  );
}

interface FactProps {
  readonly id: string;
  readonly verdict: Verdict;
  readonly label: string;
  readonly value: ComponentChildren;
  readonly text: ComponentChildren;
}

/** One line of evidence: how good it is, for the eye and for the ear, what it is about, and what it means. */
function Fact({ id, verdict, label, value, text }: FactProps) {
  return (
    <div class={cls('fact', `tone-${verdict}`)} data-evidence={id} data-verdict={verdict}>
      <dt>
        <span class="fact-mark">
          <Icon name={VERDICT_ICON[verdict]} />
          <span class="visually-hidden">{strings.security.verdicts[verdict]}: </span>
        </span>
        {label}
      </dt>
      <dd>
        {value}
        <p class="fact-text">{text}</p>
      </dd>
    </div>
  );
}
