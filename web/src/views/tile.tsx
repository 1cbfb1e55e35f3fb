/* SPDX-License-Identifier: GPL-3.0-or-later */
import type { ComponentChildren } from 'preact';
import { useRef } from 'preact/hooks';
import { hueOf, initials, isolated } from '../state/names';
import type { Tile } from '../state/tiles';
import { strings } from '../strings';
import { cls, Picture } from './basics';
import { canFillScreen, toggleFullScreen, useFullScreen } from './full_screen';
import { Icon } from './icons';

/** What a tile shows beside the picture, in words for screen readers. */
function notesOf({ person, speaking }: Tile, micOn: boolean, weak: boolean): string[] {
  const text = strings.meeting;
  const notes = [!micOn && text.muted, weak && strings.connection.weakNote, speaking && text.speaking, !person.here && text.away];
  return notes.filter((note) => note !== false);
}

interface TileProps {
  readonly tile: Tile;
  readonly micOn: boolean;
  /** The connection there is weak. */
  readonly weak: boolean;
  readonly style: Readonly<Record<string, string>>;
  /** What stands in its corner. */
  readonly marks: ComponentChildren;
  readonly look: string;
  readonly pinned: boolean;
  /** Tab stops at one tile alone; arrow keys lead to the others. */
  readonly tabStop: boolean;
  readonly onFocus: () => void;
  readonly onPin: () => void;
}

export function TileView({ tile, micOn, weak, style, marks, look, pinned, tabStop, onFocus, onPin }: TileProps) {
  const { person, source, stream, speaking } = tile;
  const ref = useRef<HTMLLIElement>(null);
  const isScreen = source === 'screen';
  const notes = isScreen ? [] : notesOf(tile, micOn, weak);
  return (
    <li
      ref={ref}
      class={cls(
        'tile',
        `hue-${hueOf(person.id)}`,
        speaking && 'is-speaking',
        !person.here && 'is-away',
        isScreen && 'is-screen',
        pinned && 'is-pinned',
        look,
      )}
      style={style}
      data-person={person.id}
      data-source={source}
      data-own={tile.own || undefined}
      onFocusCapture={onFocus}
      // A finger has no pointer that hovers: it brings the tile's buttons by a touch.
      onClick={(event) => {
        if (event.target instanceof Element && event.target.closest('button') === null)
          ref.current?.querySelector<HTMLElement>('.tile-tool')?.focus();
      }}
    >
      {!isScreen && <Avatar name={person.name} />}
      {/* Over the initials, which stay in sight until the first picture arrives. */}
      {stream !== null && <Picture stream={stream} mirrored={tile.own && !isScreen} />}
      {isScreen && person.screen_paused && (
        <p class="tile-away" data-paused>
          {strings.share.paused(isolated(person.name))}
        </p>
      )}
      {!person.here && (
        <p class="tile-away" aria-hidden="true">
          {strings.meeting.awayShort}
        </p>
      )}
      {marks}
      <p class="tile-label">
        {pinned && <span class="tile-pin"><Icon name="pin" /></span>}
        {!isScreen && !micOn && <Icon name="mic_off" />}
        <bdi class="tile-name" title={person.name}>
          {isScreen ? strings.meeting.screenOf(person.name) : person.name}
        </bdi>
        {tile.own && <span class="tile-you">{strings.meeting.you}</span>}
        {notes.length > 0 && <span class="visually-hidden">, {notes.join(', ')}</span>}
      </p>
      <TileTools tile={tile} pinned={pinned} tabStop={tabStop} onPin={onPin} element={() => ref.current} />
    </li>
  );
}

interface ToolsProps extends Pick<TileProps, 'tile' | 'pinned' | 'tabStop' | 'onPin'> {
  readonly element: () => Element | null;
}

function TileTools({ tile, pinned, tabStop, onPin, element }: ToolsProps) {
  const text = strings.layout;
  const full = useFullScreen();
  const fills = full !== null && full === element();
  const name = tile.source === 'screen' ? strings.meeting.screenOf(tile.person.name) : tile.person.name;
  const tabIndex = tabStop ? 0 : -1;
  return (
    <div class="tile-tools">
      <TileTool act="pin" icon={pinned ? 'unpin' : 'pin'} label={(pinned ? text.unpin : text.pin)(name)}
        tabIndex={tabIndex} onClick={onPin} />
      {canFillScreen() && (
        <TileTool
          act="full-screen-tile"
          icon={fills ? 'small_screen' : 'full_screen'}
          label={fills ? text.leaveFullScreen : text.tileFullScreen(name)}
          tabIndex={tabIndex}
          onClick={() => {
            const tileElement = element();
            if (tileElement !== null) toggleFullScreen(tileElement);
          }}
        />
      )}
    </div>
  );
}

interface TileToolProps {
  readonly act: string;
  readonly icon: 'pin' | 'unpin' | 'full_screen' | 'small_screen';
  readonly label: string;
  readonly tabIndex: number;
  readonly onClick: () => void;
}

function TileTool({ act, icon, label, tabIndex, onClick }: TileToolProps) {
  return (
    <button type="button" class="tile-tool" data-act={act} aria-label={label} title={label} tabIndex={tabIndex}
      onClick={onClick}>
      <Icon name={icon} />
    </button>
  );
}

function Avatar({ name }: { readonly name: string }) {
  return (
    <div class="avatar" aria-hidden="true">
      <span>{initials(name)}</span>
    </div>
  );
}
