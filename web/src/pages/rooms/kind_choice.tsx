/* SPDX-License-Identifier: GPL-3.0-or-later */
import { ROOM_KINDS, type RoomKind } from '../../api/rooms';
import { strings } from '../../strings';

interface KindChoiceProps {
  readonly kind: RoomKind;
  readonly onChange: (kind: RoomKind) => void;
}

/** The four kinds of room, each with its one sentence. */
export function KindChoice({ kind, onChange }: KindChoiceProps) {
  const { make, kinds } = strings.rooms;
  return (
    <fieldset class="fields">
      <legend>{make.kind}</legend>
      <div class="kinds">
        {ROOM_KINDS.map((name) => (
          <label key={name} class="check kind">
            <input
              type="radio"
              name="kind"
              value={name}
              data-act={`kind-${name}`}
              checked={kind === name}
              onChange={() => onChange(name)}
            />
            <span>
              <span class="kind-name">{kinds[name].name}</span>
              <span class="hint">{kinds[name].text}</span>
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
