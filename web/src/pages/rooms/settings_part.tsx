/* SPDX-License-Identifier: GPL-3.0-or-later */
import { useState } from 'preact/hooks';
import { changeRoom, deleteRoom, type Room } from '../../api/rooms';
import { changeOfDraft, draftOf, problemOfDraft, withKind, type DraftProblem } from '../../state/room_form';
import { strings } from '../../strings';
import { Button } from '../../views/basics';
import { useSite } from '../context';
import { Form } from '../forms';
import { AskButton, AskDeed } from '../lists/ask_button';
import { Done, Outcome, useDeed } from '../lists/deed';
import { Section } from '../parts';
import { useTask } from '../task';
import { KindChoice } from './kind_choice';
import { TitleField } from './make_room';
import { PolicyFields } from './policy_fields';
import { useSeries } from './series_known';

interface SettingsPartProps {
  readonly room: Room;
  readonly onRoom: (room: Room) => void;
}

const text = strings.rooms.room;

export function SettingsPart(props: SettingsPartProps) {
  return (
    <div class="room-settings">
      <SettingsForm {...props} />
      <EndSection {...props} />
    </div>
  );
}

function SettingsForm({ room, onRoom }: SettingsPartProps) {
  const { commands } = useSite();
  const [draft, setDraft] = useState(draftOf(room));
  const [wrong, setWrong] = useState<DraftProblem | null>(null);
  const [done, setDone] = useState('');
  const series = useSeries();
  const task = useTask();
  const save = async () => {
    const problem = problemOfDraft(draft);
    setWrong(problem);
    setDone('');
    if (problem !== null) return;
    const change = changeOfDraft(room, draft);
    if (change === null) return setDone(text.nothingChanged);
    const saved = await changeRoom(commands.api, room.id, change);
    setDraft(draftOf(saved));
    onRoom(saved);
    setDone(text.saved);
  };
  return (
    <Section name="room-settings" title={text.tabs.settings}>
      <Form task={task} act="room-save" submit={strings.account.save} onSubmit={save} beside={<Done words={done} />}>
        <TitleField draft={draft} wrong={wrong} onChange={setDraft} />
        <KindChoice kind={draft.kind} onChange={(kind) => setDraft(withKind(draft, kind))} />
        <PolicyFields draft={draft} wrong={wrong} series={series} onChange={setDraft} />
      </Form>
    </Section>
  );
}

function EndSection({ room, onRoom }: SettingsPartProps) {
  const { commands } = useSite();
  const deed = useDeed();
  const setClosed = (closed: boolean) =>
    deed.run(async () => onRoom(await changeRoom(commands.api, room.id, { closed })));
  const remove = () =>
    deed.run(async () => {
      await deleteRoom(commands.api, room.id);
      commands.go('/rooms', true);
    });
  return (
    <Section name="room-end" title={text.endTitle} tone="danger">
      <div class="deed">
        <p>{text.closeText}</p>
        {room.closed !== 0 ? (
          <Button act="room-reopen" onClick={() => setClosed(false)}>
            {text.reopen}
          </Button>
        ) : (
          <AskButton
            act="room-close"
            title={text.closeAsk(room.title)}
            what={text.closeWhat}
            yes={text.close}
            onYes={() => setClosed(true)}
          >
            {text.close}
          </AskButton>
        )}
      </div>
      <AskDeed
        about={text.deleteText}
        act="room-delete"
        title={text.deleteAsk(room.title)}
        what={text.deleteWhat}
        yes={text.deleteYes}
        onYes={remove}
      >
        {text.delete}
      </AskDeed>
      <Outcome of={deed} />
    </Section>
  );
}
