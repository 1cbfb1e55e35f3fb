/* SPDX-License-Identifier: GPL-3.0-or-later */
import type { Room } from '../../api/rooms';
import { strings } from '../../strings';

/** Who may come in, and how many are in. */
export function RoomFacts({ room: { kind, closed, live, policy } }: { readonly room: Room }) {
  const { kinds, mine } = strings.rooms;
  return (
    <span class="facts">
      <span>{kinds[kind].name}</span>
      {closed !== 0 ? (
        <span class="tag tag-off">{mine.closed}</span>
      ) : (
        <span class={live > 0 ? 'tag' : undefined} data-live={live}>
          {mine.live(live)}
        </span>
      )}
      {policy.locked && <span class="tag tag-warn">{mine.locked}</span>}
    </span>
  );
}
