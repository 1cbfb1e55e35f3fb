/* SPDX-License-Identifier: GPL-3.0-or-later */
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { gridBoxes, gridPlaces, spotlightBoxes, stripPlaces, type Area, type Box } from '../layout/arrange';
import type { Meeting, State } from '../state/model';
import { bigTile, pageOf, tilesOf, type Tile } from '../state/tiles';
import { strings } from '../strings';
import { cls } from './basics';
import { Captions } from './captions';
import type { Commands } from './commands';
import { TileMarks } from './gestures';
import { InviteCard } from './invite_panel';
import { Pager, usePages } from './pager';
import { TileView } from './tile';

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

/** The key of the tile of who spoke last, oneself not counted. */
function useLastSpeaker(meeting: Meeting): string | null {
  const last = useRef<string | null>(null);
  if (meeting.speaker !== null && meeting.speaker !== meeting.you) last.current = `${meeting.speaker} camera`;
  return last.current;
}

interface Placed {
  readonly tile: Tile;
  readonly box: Box;
  readonly big: boolean;
}

interface Arranged {
  readonly placed: readonly Placed[];
  readonly page: number;
  readonly pages: number;
  /** Where the card stands that invites others. */
  readonly invite: Box | null;
}

/** Which tiles stand where. The order stays, whoever is large: moved elements would make their pictures flicker. */
function arrange(tiles: readonly Tile[], big: Tile | null, area: Area, page: number, alone: boolean): Arranged {
  if (big === null) {
    const shown = pageOf(tiles, gridPlaces(area), page);
    const boxes = gridBoxes(area, shown.tiles.length + Number(alone));
    return { ...shown, placed: place(shown.tiles, boxes), invite: alone ? (boxes.at(-1) ?? null) : null };
  }
  const others = tiles.filter((tile) => tile !== big);
  const shown = pageOf(others, stripPlaces(area, others.length), page);
  const boxes = spotlightBoxes(area, shown.tiles.length, others.length, big.source === 'screen');
  const all = [...place(shown.tiles, boxes.strip), { tile: big, box: boxes.big, big: true }];
  const order = (placed: Placed) => tiles.indexOf(placed.tile);
  return { ...shown, placed: all.sort((a, b) => order(a) - order(b)), invite: null };
}

function place(tiles: readonly Tile[], boxes: readonly Box[]): Placed[] {
  return tiles.flatMap((tile, index) => {
    const box = boxes[index];
    return box === undefined ? [] : [{ tile, box, big: false }];
  });
}

const styleOf = ({ x, y, width, height }: Box) => ({
  '--x': `${x}px`,
  '--y': `${y}px`,
  '--width': `${width}px`,
  '--height': `${height}px`,
});

/** Smaller tiles have room for a name and no more. */
const DENSE_PX = 170;

/** As the others see it; of the own one this page may know before the server does. */
const isWeak = ({ own, person }: Tile, { network, weak }: Meeting): boolean =>
  weak.includes(person.id) || (own && network.weakness === 'up');

interface StageProps {
  readonly state: State;
  readonly meeting: Meeting;
  readonly commands: Commands;
}

export function Stage({ state, meeting, commands }: StageProps) {
  const { own, preferences, pinned } = state;
  const [ref, { width, height }] = useSize();
  const [wanted, turn] = useState(0);
  const [current, setCurrent] = useState<string | null>(null);
  const lastSpeaker = useLastSpeaker(meeting);
  const tiles = tilesOf(meeting, own, preferences.hideOwn);
  const big = bigTile(tiles, preferences.layout, pinned, lastSpeaker);
  const area = { width, height, gap: width < 600 ? 6 : 12 };
  const { placed, page, pages, invite } = arrange(tiles, big, area, wanted, meeting.people.length <= 1);
  const swipe = usePages(page, pages, turn);
  // A page that went away does not come back by itself.
  useEffect(() => turn(page), [page]);
  const tabStop = placed.some(({ tile }) => tile.key === current) ? current : (placed[0]?.tile.key ?? null);
  return (
    <div class="stage" data-layout={preferences.layout}>
      <div ref={ref} class="stage-area" {...swipe}>
        {width > 0 && (
          <ul class="tiles" aria-label={strings.meeting.stage}>
            {placed.map(({ tile, box, big: large }) => (
              <TileView
                key={tile.key}
                tile={tile}
                micOn={tile.own ? own.mic : tile.person.mic}
                weak={isWeak(tile, meeting)}
                style={styleOf(box)}
                marks={tile.source === 'screen' ? null : (
                  <TileMarks person={tile.person} meeting={meeting} talk={state.talk} weak={isWeak(tile, meeting)} />
                )}
                look={cls(large && 'is-big', box.width < DENSE_PX && 'is-dense')}
                pinned={tile.key === pinned}
                tabStop={tile.key === tabStop}
                onFocus={() => setCurrent(tile.key)}
                onPin={() => commands.pin(tile.key === pinned ? null : tile.key)}
              />
            ))}
            {invite !== null && (
              <li class="tile tile-invite" key="invite" style={styleOf(invite)}>
                <InviteCard meeting={meeting} commands={commands} />
              </li>
            )}
          </ul>
        )}
      </div>
      {pages > 1 && <Pager page={page} pages={pages} onTurn={turn} />}
      <Captions lines={[]} />
    </div>
  );
}
