/* SPDX-License-Identifier: GPL-3.0-or-later */
import { useRef, useState } from 'preact/hooks';
import type { Meeting } from '../state/model';
import { strings } from '../strings';
import { Button } from './basics';
import type { Commands } from './commands';
import { Panel } from './panel';

type Copying = 'idle' | 'copied' | 'failed';

function InvitationLink({ commands, id }: { readonly commands: Commands; readonly id: string }) {
  const [copying, setCopying] = useState<Copying>('idle');
  const input = useRef<HTMLInputElement>(null);
  const text = strings.invite;
  const copy = async () => {
    const copied = await commands.copyInvitation();
    setCopying(copied ? 'copied' : 'failed');
    if (!copied) input.current?.select();
  };
  return (
    <div class="invitation">
      <label class="visually-hidden" for={id}>
        {text.link}
      </label>
      <input
        ref={input}
        id={id}
        class="input"
        readOnly
        dir="ltr"
        value={commands.invitation()}
        onFocus={(event) => event.currentTarget.select()}
      />
      <Button kind="primary" icon={copying === 'copied' ? 'check' : 'copy'} act="copy-link" onClick={() => void copy()}>
        {copying === 'copied' ? text.copied : text.copy}
      </Button>
      <p class="hint" role="status">
        {copying === 'failed' ? (
          text.copyFailed
        ) : copying === 'copied' ? (
          <span class="visually-hidden">{text.copied}</span>
        ) : null}
      </p>
    </div>
  );
}

interface InviteProps {
  readonly meeting: Meeting;
  readonly commands: Commands;
}

function whoComes({ kind, rules }: Meeting): keyof typeof strings.invite.who {
  if (kind === 'members' || kind === 'ticket') return kind;
  return rules.waiting ? 'knocks' : 'straight';
}

/** Stands in the place of the first guest. */
export function InviteCard({ meeting, commands }: InviteProps) {
  if (meeting.kind === 'call')
    return (
      <div class="invite-card">
        <h2>{strings.calls.connecting}</h2>
        <p>{strings.calls.connectingText}</p>
      </div>
    );
  return (
    <div class="invite-card">
      <h2>{strings.invite.alone}</h2>
      <p>
        {strings.invite.aloneText} {strings.invite.who[whoComes(meeting)]}
      </p>
      <InvitationLink commands={commands} id="invitation-card" />
    </div>
  );
}

export function InvitePanel({ meeting, commands }: InviteProps) {
  return (
    <Panel name="invite" title={strings.invite.title} onClose={() => commands.showPanel(null)}>
      <p>{strings.invite.who[whoComes(meeting)]}</p>
      <InvitationLink commands={commands} id="invitation-panel" />
    </Panel>
  );
}
