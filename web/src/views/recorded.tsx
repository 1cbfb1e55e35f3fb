/* SPDX-License-Identifier: GPL-3.0-or-later */
// That the meeting is recorded, and by whom: a mark that stays, and a word that has to be looked at (B8).
import type { Meeting } from '../state/model';
import { isolated } from '../state/names';
import { recordersOf } from '../state/rights';
import type { Talk } from '../state/talk';
import { strings } from '../strings';
import { Button } from './basics';
import type { Commands } from './commands';
import { Icon } from './icons';

const namesOf = (people: readonly { readonly name: string }[]): string =>
  new Intl.ListFormat(strings.language.tag).format(people.map(({ name }) => isolated(name)));

/** `recorded`: somebody does; whom one may not see, as viewers don't see an event's green room. */
export function RecordingMark({ meeting, recorded }: { readonly meeting: Meeting; readonly recorded: boolean }) {
  const recorders = recordersOf(meeting);
  const text = strings.talk.recorded;
  if (recorders.length === 0 && !recorded) return null;
  const alone = recorders.length === 1 ? recorders[0] : undefined;
  const names = namesOf(recorders);
  const words =
    recorders.length === 0
      ? text.unseen
      : alone?.id === meeting.you
        ? text.byYou
        : alone !== undefined
          ? text.by(names)
          : text.byMany(names);
  return (
    <p class="recording-mark" data-mark="recording" title={words}>
      <span class="recording-dot" aria-hidden="true" />
      <span aria-hidden="true">{text.mark}</span>
      <span class="visually-hidden">{words}</span>
    </p>
  );
}

interface BannerProps {
  readonly meeting: Meeting;
  readonly recorded: boolean;
  readonly talk: Talk;
  readonly commands: Commands;
}

/** Stands for who records and is not seen. */
const HIDDEN: { readonly id: string; readonly name: string } = { id: 'hidden', name: '' };

/** Until it was looked at, and again for everybody who begins later. */
export function RecordingBanner({ meeting, recorded, talk, commands }: BannerProps) {
  const known = recordersOf(meeting);
  const recorders = known.length === 0 && recorded ? [HIDDEN] : known;
  const unseen = recorders.filter(({ id }) => id !== meeting.you && !talk.recordersSeen.includes(id));
  const text = strings.talk.recorded;
  return (
    <div role="alert" data-recording-word={unseen.length > 0 || undefined}>
      {unseen.length > 0 && (
        <div class="meeting-banner">
          <Icon name="record" />
          <p>{known.length === 0 ? text.unseen : text.banner(namesOf(unseen))}</p>
          <span class="banner-buttons">
            <Button act="recording-seen" onClick={() => commands.seenRecorders(recorders.map(({ id }) => id))}>
              {text.stay}
            </Button>
            <Button act="recording-leave" onClick={() => commands.leave()}>
              {text.leave}
            </Button>
          </span>
        </div>
      )}
    </div>
  );
}

/** Before the door. */
export function RecordedNote({ recorded }: { readonly recorded: boolean }) {
  return (
    <div role="status" data-recorded={recorded || undefined}>
      {recorded && (
        <p class="recorded-note">
          <span class="recording-dot" aria-hidden="true" />
          {strings.talk.recorded.lobby}
        </p>
      )}
    </div>
  );
}
