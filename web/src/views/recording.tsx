/* SPDX-License-Identifier: GPL-3.0-or-later */
// The own recording: the question before it, its state, and what lies on this device.
import { useState } from 'preact/hooks';
import type { KeptRecording } from '../media/disk';
import type { OwnRecording } from '../state/recording';
import { strings } from '../strings';
import { Button } from './basics';
import type { Commands } from './commands';
import { Confirm } from './confirm';
import { Icon } from './icons';

interface RecordingProps {
  readonly recording: OwnRecording;
  readonly commands: Commands;
}

export function RecordingQuestion({ recording, commands }: RecordingProps) {
  if (recording.status !== 'asking') return null;
  const text = strings.recording.ask;
  return (
    <Confirm
      title={text.title}
      yes={text.yes}
      onYes={() => commands.record('start')}
      onClose={() => commands.record('dismiss')}
    >
      {text.text.map((paragraph) => (
        <p key={paragraph}>{paragraph}</p>
      ))}
    </Confirm>
  );
}

export function RecordingState({ recording, commands }: RecordingProps) {
  const { status, bytes, lowRoom, problem } = recording;
  const text = strings.recording;
  return (
    <div role="status" data-own-recording={status} data-bytes={bytes}>
      {status === 'on' && lowRoom && (
        <div class="meeting-banner">
          <Icon name="warning" />
          <p>{text.lowRoom}</p>
        </div>
      )}
      {status === 'off' && problem !== null && (
        <div class="meeting-banner" data-recording-problem={problem}>
          <Icon name="warning" />
          <p>{text.problems[problem]}</p>
          <Button act="recording-problem-seen" onClick={() => commands.record('dismiss')}>
            {strings.meeting.understood}
          </Button>
        </div>
      )}
    </div>
  );
}

const sizeOf = (bytes: number): string =>
  strings.recording.size((bytes / 1e6).toLocaleString(strings.language.tag, { maximumFractionDigits: 1 }));

const timeOf = (changed: number): string =>
  new Date(changed).toLocaleString(strings.language.tag, { dateStyle: 'medium', timeStyle: 'short' });

/** Nothing while there is none. */
export function KeptRecordings({ recording: { kept }, commands }: RecordingProps) {
  const [deleting, setDeleting] = useState<KeptRecording | null>(null);
  const text = strings.recording.kept;
  if (kept.length === 0) return null;
  return (
    <section class="kept-recordings" aria-labelledby="kept-title" data-kept={kept.length}>
      <h2 id="kept-title">{text.title}</h2>
      <p>{text.text}</p>
      <ul>
        {kept.map((recording) => (
          <li key={recording.name} data-recording={recording.name}>
            <span>{text.entry(timeOf(recording.changed), sizeOf(recording.bytes))}</span>
            <span class="banner-buttons">
              <Button act="recording-save" icon="download" onClick={() => commands.keepRecording('save', recording.name)}>
                {text.save}
              </Button>
              <Button act="recording-delete" kind="warning" onClick={() => setDeleting(recording)}>
                {text.delete}
              </Button>
            </span>
          </li>
        ))}
      </ul>
      <p class="hint">{text.crashed}</p>
      {deleting !== null && (
        <Confirm
          title={text.deleteTitle}
          yes={text.deleteYes}
          onYes={() => commands.keepRecording('delete', deleting.name)}
          onClose={() => setDeleting(null)}
        >
          <p>{text.deleteText}</p>
        </Confirm>
      )}
    </section>
  );
}
