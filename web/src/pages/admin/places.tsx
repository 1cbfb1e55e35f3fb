/* SPDX-License-Identifier: GPL-3.0-or-later */
// Choosing a room or a series.
import { useId } from 'preact/hooks';
import { readAll, type Place } from '../../api/lists';
import { listRooms, listSeries, type Room, type Series } from '../../api/rooms';
import { strings } from '../../strings';
import { useSite } from '../context';
import { describedBy, FieldFrame } from '../forms';
import { useLoaded, type Loaded } from '../task';

/** More than this is no list to choose from. */
export const PLACES_LISTED = 400;

export interface Places {
  readonly rooms: readonly Room[];
  readonly series: readonly Series[];
  /** Whether there are more. */
  readonly cut: boolean;
}

export function usePlaces(): Loaded<Places> {
  const { api } = useSite().commands;
  return useLoaded(async () => {
    const [rooms, series] = await Promise.all([
      readAll((offset, most) => listRooms(api, offset, { all: true, most }), PLACES_LISTED),
      readAll((offset, most) => listSeries(api, offset, { all: true, most }), PLACES_LISTED),
    ]);
    return { rooms: rooms.items, series: series.items, cut: rooms.more || series.more };
  });
}

interface PlaceChoiceProps {
  readonly label: string;
  /** What stands for no choice. */
  readonly nothing: string;
  readonly places: Places;
  readonly chosen: Place | null;
  readonly onChange: (place: Place | null) => void;
}

export function PlaceChoice({ label, nothing, places, chosen, onChange }: PlaceChoiceProps) {
  const id = useId();
  const text = strings.admin.tickets;
  const hint = places.cut ? text.cut(PLACES_LISTED) : undefined;
  const choose = (value: string) => {
    const [at, place] = value.split(' ');
    onChange((at === 'rooms' || at === 'series') && place !== undefined ? { at, id: place } : null);
  };
  return (
    <FieldFrame id={id} label={label} hint={hint}>
      <select
        {...describedBy(id, hint)}
        id={id}
        class="input select"
        name="place"
        value={chosen === null ? '' : `${chosen.at} ${chosen.id}`}
        onChange={(event) => choose(event.currentTarget.value)}
      >
        <option value="">{nothing}</option>
        <PlaceGroup at="rooms" label={text.rooms} items={places.rooms} />
        <PlaceGroup at="series" label={text.series} items={places.series} />
      </select>
    </FieldFrame>
  );
}

interface PlaceGroupProps {
  readonly at: Place['at'];
  readonly label: string;
  readonly items: readonly { readonly id: string; readonly title: string }[];
}

function PlaceGroup({ at, label, items }: PlaceGroupProps) {
  if (items.length === 0) return null;
  return (
    <optgroup label={label}>
      {items.map(({ id, title }) => (
        <option key={id} value={`${at} ${id}`}>
          {title}
        </option>
      ))}
    </optgroup>
  );
}
