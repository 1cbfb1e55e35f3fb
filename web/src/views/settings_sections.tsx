/* SPDX-License-Identifier: GPL-3.0-or-later */
// The sections of the settings in a meeting, in the order in which they stand.
import type { ComponentType } from 'preact';
import { canBeQuiet } from '../media/quiet';
import type { State } from '../state/model';
import { onlyWatches } from '../state/rights';
import { strings } from '../strings';
import { Button } from './basics';
import type { ViewProps } from './commands';
import { DeviceChoices, needsOf, PermissionRequest } from './device_setup';
import { LoudspeakerChoice, OwnPicture, SoundTreatment } from './equipment';
import { Preference } from './preference';

interface Section {
  readonly name: string;
  readonly title: () => string;
  /** Whether there is anything to choose in it now. */
  readonly applies: (state: State) => boolean;
  readonly Content: ComponentType<ViewProps>;
}

const asks = ({ own }: State): boolean => needsOf(own).mic || needsOf(own).camera;
const hasMic = ({ own }: State): boolean => !needsOf(own).mic;
const hasCamera = ({ own }: State): boolean => !needsOf(own).camera;
const sends = (state: State): boolean => !onlyWatches(state);

export const SECTIONS: readonly Section[] = [
  {
    name: 'permissions',
    title: () => strings.settings.revokeTitle,
    applies: (state) => sends(state) && asks(state),
    Content: PermissionRequest,
  },
  {
    name: 'devices',
    title: () => strings.settings.devicesTitle,
    applies: (state) => sends(state) && (hasMic(state) || hasCamera(state)),
    Content: DeviceChoices,
  },
  {
    name: 'loudspeaker',
    title: () => strings.equipment.loudspeaker,
    applies: () => true,
    Content: LoudspeakerChoice,
  },
  {
    name: 'sound',
    title: () => strings.equipment.soundTitle,
    applies: (state) => sends(state) && hasMic(state),
    Content: SoundTreatment,
  },
  {
    name: 'picture',
    title: () => strings.equipment.pictureTitle,
    applies: (state) => sends(state) && hasCamera(state),
    Content: OwnPicture,
  },
  {
    name: 'quiet',
    title: () => strings.quiet.title,
    applies: sends,
    Content: Quiet,
  },
  {
    name: 'talk',
    title: () => strings.equipment.talkTitle,
    applies: (state) => sends(state),
    Content: PushToTalk,
  },
  {
    name: 'keys',
    title: () => strings.settings.keysTitle,
    applies: () => true,
    Content: Keys,
  },
];

function Quiet(view: ViewProps) {
  const { setting, hint, impossible, advised } = strings.quiet;
  const { door, preferences } = view.state;
  if (!canBeQuiet()) return <p class="hint">{impossible}</p>;
  return (
    <>
      {door.highCare && !preferences.quiet && <p data-advice="quiet">{advised}</p>}
      <Preference name="quiet" text={setting} hint={hint} {...view} />
    </>
  );
}

function PushToTalk(view: ViewProps) {
  const { pushToTalk, pushToTalkHint } = strings.equipment;
  return <Preference name="pushToTalk" text={pushToTalk} hint={pushToTalkHint} {...view} />;
}

function Keys(view: ViewProps) {
  const { shortcuts, shortcutsHint } = strings.settings;
  return (
    <>
      <Preference name="shortcuts" text={shortcuts} hint={shortcutsHint} {...view} />
      <Button act="show-keys" icon="keyboard" onClick={() => view.commands.showKeys(true)}>
        {strings.layout.keys.open}
      </Button>
    </>
  );
}
