/* SPDX-License-Identifier: GPL-3.0-or-later */
import { useState } from 'preact/hooks';
import { makeRoom, type Room, type Series } from '../../api/rooms';
import { newDraft, problemOfDraft, roomOfDraft, withKind } from '../../state/room_form';
import type { DraftProblem, RoomDraft } from '../../state/room_form';
import { strings } from '../../strings';
import { useSite } from '../context';
import { CancelButton, Field, Form } from '../forms';
import { Section } from '../parts';
import { useTask } from '../task';
import { KindChoice } from './kind_choice';
import { PolicyFields } from './policy_fields';

interface MakeRoomProps {
  readonly series: readonly Series[];
  readonly onMade: (room: Room) => void;
  readonly onCancel: () => void;
}

export function MakeRoom({ series, onMade, onCancel }: MakeRoomProps) {
  const { commands } = useSite();
  const [draft, setDraft] = useState(newDraft);
  const [wrong, setWrong] = useState<DraftProblem | null>(null);
  const [wide, setWide] = useState(false);
  const task = useTask();
  const text = strings.rooms.make;
  const make = async () => {
    const problem = problemOfDraft(draft);
    setWrong(problem);
    // What is wrong may be among the settings that are folded up.
    if (problem !== null) return setWide(wide || !isOfTitle(problem));
    onMade(await makeRoom(commands.api, roomOfDraft(draft)));
  };
  return (
    <Section name="make-room" title={text.title}>
      <Form
        task={task}
        act="make-room"
        submit={text.yes}
        onSubmit={make}
        beside={<CancelButton act="make-cancel" onCancel={onCancel} />}
      >
        <TitleField draft={draft} wrong={wrong} hint={text.nameHint} onChange={setDraft} />
        <KindChoice kind={draft.kind} onChange={(kind) => setDraft(withKind(draft, kind))} />
        <details class="more" open={wide} onToggle={(event) => setWide(event.currentTarget.open)}>
          <summary data-act="more-settings">{text.more}</summary>
          <p class="hint">{text.moreHint}</p>
          <PolicyFields draft={draft} wrong={wrong} series={series} onChange={setDraft} />
        </details>
      </Form>
    </Section>
  );
}

const isOfTitle = (problem: DraftProblem | null): problem is 'title_missing' | 'title_long' =>
  problem === 'title_missing' || problem === 'title_long';

interface TitleFieldProps {
  readonly draft: RoomDraft;
  readonly wrong: DraftProblem | null;
  readonly hint?: string;
  readonly onChange: (draft: RoomDraft) => void;
}

export function TitleField({ draft, wrong, hint, onChange }: TitleFieldProps) {
  return (
    <Field
      name="title"
      label={strings.rooms.make.name}
      {...(hint === undefined ? {} : { hint })}
      value={draft.title}
      error={isOfTitle(wrong) ? strings.rooms.draftProblems[wrong] : null}
      input={{ autocomplete: 'off' }}
      onChange={(title) => onChange({ ...draft, title })}
    />
  );
}
