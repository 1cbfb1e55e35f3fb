/* SPDX-License-Identifier: GPL-3.0-or-later */
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { bestGrid } from '../layout/grid';
import type { Meeting, OwnMedia } from '../state/model';
import { hueOf, initials } from '../state/names';
import { tilesOf, type Tile } from '../state/tiles';
import { strings } from '../strings';
import { cls, Picture } from './basics';
import type { Commands } from './commands';
import { Icon } from './icons';
import { InviteCard } from './invite_panel';

interface Size {
  readonly width: number;
  readonly height: number;
}

/** The inner size of an element, followed as it changes. */
function useSize(): [{ current: HTMLDivElement | null }, Size] {
  const ref = useRef<HTMLDivElement>(null);
  const [size, setSize] = useState<Size>({ width: 0, height: 0 });
  useLayoutEffect(() => {
    const element = ref.current;
    if (element === null) return undefined;
    const observer = new ResizeObserver(([entry]) => {
      if (entry !== undefined)
        setSize({ width: Math.floor(entry.contentRect.width), height: Math.floor(entry.contentRect.height) });
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return [ref, size];
}

interface StageProps {
  readonly meeting: Meeting;
  readonly own: OwnMedia;
  readonly commands: Commands;
}

export function Stage({ meeting, own, commands }: StageProps) {
  const [ref, { width, height }] = useSize();
  const tiles = tilesOf(meeting, own);
  const alone = meeting.people.length <= 1;
  const gap = width < 600 ? 6 : 12;
  const grid = bestGrid(width, height, Math.max(1, tiles.length + Number(alone)), gap);
  const sizes = { '--tile-width': `${grid.tileWidth}px`, '--tile-height': `${grid.tileHeight}px`, '--gap': `${gap}px` };
  return (
    <div ref={ref} class={cls('stage', grid.scrolls && 'is-scrolling')}>
      {width > 0 && (
        <ul class={cls('grid', grid.tileWidth < 170 && 'is-dense')} style={sizes} aria-label={strings.meeting.stage}>
          {tiles.map((tile) => (
            <TileView key={tile.key} tile={tile} own={own} />
          ))}
          {alone && (
            <li class="tile tile-invite" key="invite">
              <InviteCard meeting={meeting} commands={commands} />
            </li>
          )}
        </ul>
      )}
    </div>
  );
}

/** What a tile shows beside the picture, in words for screen readers. */
function notesOf({ person, speaking }: Tile, micOn: boolean): string[] {
  const text = strings.meeting;
  return [!micOn && text.muted, speaking && text.speaking, !person.here && text.away].filter((note) => note !== false);
}

function TileView({ tile, own }: { readonly tile: Tile; readonly own: OwnMedia }) {
  const { person, source, stream, speaking } = tile;
  const isScreen = source === 'screen';
  const micOn = tile.own ? own.mic : person.mic;
  const notes = isScreen ? [] : notesOf(tile, micOn);
  return (
    <li
      class={cls(
        'tile',
        `hue-${hueOf(person.id)}`,
        speaking && 'is-speaking',
        !person.here && 'is-away',
        isScreen && 'is-screen',
      )}
      data-person={person.id}
      data-source={source}
      data-own={tile.own || undefined}
    >
      {!isScreen && <Avatar name={person.name} />}
      {/* Over the initials, which stay in sight until the first picture arrives. */}
      {stream !== null && <Picture stream={stream} mirrored={tile.own} />}
      {!person.here && (
        <p class="tile-away" aria-hidden="true">
          {strings.meeting.awayShort}
        </p>
      )}
      <p class="tile-label">
        {!isScreen && !micOn && <Icon name="mic_off" />}
        <bdi class="tile-name">{isScreen ? strings.meeting.screenOf(person.name) : person.name}</bdi>
        {tile.own && <span class="tile-you">{strings.meeting.you}</span>}
        {notes.length > 0 && <span class="visually-hidden">, {notes.join(', ')}</span>}
      </p>
    </li>
  );
}

function Avatar({ name }: { readonly name: string }) {
  return (
    <div class="avatar" aria-hidden="true">
      <span>{initials(name)}</span>
    </div>
  );
}
