/* SPDX-License-Identifier: GPL-3.0-or-later */
// Raised hands and reactions: on tiles, in the list of people, over the stage, and the choice of one.
import { useEffect, useRef } from 'preact/hooks';
import { REACTIONS, type Person, type Reaction } from '../signal/messages';
import type { Meeting } from '../state/model';
import { handsOf, mayModerate, placeOfHand, selfOf } from '../state/rights';
import type { ShownReaction, Talk } from '../state/talk';
import { strings } from '../strings';
import { Button } from './basics';
import type { Commands } from './commands';
import { Icon, type IconName } from './icons';

export const REACTION_ICONS: Readonly<Record<Reaction, IconName>> = {
  thumbs_up: 'thumbs_up',
  clap: 'clap',
  heart: 'heart',
  laugh: 'laugh',
  surprise: 'surprise',
  celebrate: 'celebrate',
};

interface MarksProps {
  readonly person: Person;
  readonly meeting: Meeting;
  readonly talk: Talk;
  readonly weak: boolean;
}

/** In the corner of a tile: the raised hand with its place in the order, the recording, a weak connection, what somebody reacts. */
export function TileMarks({ person, meeting, talk, weak }: MarksProps) {
  const place = placeOfHand(meeting, person);
  const reaction = talk.reactions.filter(({ who }) => who === person.id).at(-1);
  return (
    <p class="tile-marks" dir="ltr">
      {place !== null && (
        <span class="tile-hand" title={strings.talk.hand.place(place)}>
          <Icon name="raised_hand" />
          <span aria-hidden="true">{place}</span>
          <span class="visually-hidden">{strings.talk.hand.place(place)}</span>
        </span>
      )}
      {person.recording && (
        <span class="tile-recording" title={strings.talk.recorded.mark}>
          <span class="visually-hidden">{strings.talk.recorded.mark}</span>
        </span>
      )}
      {weak && (
        // For the eye: in words it is one of the notes of the tile (tile.tsx).
        <span class="tile-weak" dir="auto" title={strings.connection.weakMark} aria-hidden="true" data-weak-mark>
          <Icon name="weak" />
          <span class="tile-weak-word">{strings.connection.weakMark}</span>
        </span>
      )}
      {reaction !== undefined && <ReactionMark key={reaction.key} shown={reaction} />}
    </p>
  );
}

/** For the eye: screen readers hear of a few of them (app/news.ts). */
function ReactionMark({ shown: { reaction, count } }: { readonly shown: ShownReaction }) {
  return (
    <span class={`reaction reaction-${reaction}`} data-reaction={reaction} aria-hidden="true">
      <Icon name={REACTION_ICONS[reaction]} />
      {count > 1 && <span>{count}</span>}
    </span>
  );
}

/** Of those who have no tile: over the stage. */
export function CrowdReactions({ talk }: { readonly talk: Talk }) {
  const crowd = talk.reactions.filter(({ who }) => who === null);
  if (crowd.length === 0) return null;
  return (
    <p class="crowd-reactions" aria-hidden="true">
      {crowd.map((shown) => (
        <ReactionMark key={shown.key} shown={shown} />
      ))}
    </p>
  );
}

/** The choice of a reaction, above the tools; stays open, so that one can be given after another. */
export function ReactionBar({ commands }: { readonly commands: Commands }) {
  const bar = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const opener = document.activeElement;
    bar.current?.querySelector('button')?.focus({ preventScroll: true });
    const onOutside = ({ target }: Event) => {
      const inside = target instanceof Element && target.closest('.reaction-bar, [data-act="react"]') !== null;
      if (!inside) commands.pickReaction(false);
    };
    document.addEventListener('pointerdown', onOutside);
    return () => {
      document.removeEventListener('pointerdown', onOutside);
      if (opener instanceof HTMLElement && opener.isConnected) opener.focus({ preventScroll: true });
    };
  }, []);
  return (
    <div
      ref={bar}
      class="reaction-bar"
      role="dialog"
      aria-label={strings.talk.react.choose}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.stopPropagation();
        commands.pickReaction(false);
      }}
    >
      {REACTIONS.map((reaction) => (
        <button
          key={reaction}
          type="button"
          class={`reaction-choice reaction-${reaction}`}
          data-act={`react-${reaction}`}
          aria-label={strings.talk.react.names[reaction]}
          title={strings.talk.react.names[reaction]}
          onClick={() => commands.react(reaction)}
        >
          <Icon name={REACTION_ICONS[reaction]} />
        </button>
      ))}
      <button
        type="button"
        class="icon-button"
        data-act="react-close"
        aria-label={strings.talk.react.close}
        title={strings.talk.react.close}
        onClick={() => commands.pickReaction(false)}
      >
        <Icon name="close" />
      </button>
    </div>
  );
}

/** Who wants to speak, in the order in which the hands were raised. */
export function HandList({ meeting, commands }: { readonly meeting: Meeting; readonly commands: Commands }) {
  const hands = handsOf(meeting);
  const text = strings.talk.hand;
  if (hands.length === 0) return null;
  const moderates = mayModerate(meeting);
  return (
    <section class="panel-section" data-hands={hands.length}>
      <h3>{text.title(hands.length)}</h3>
      <ol class="hands">
        {hands.map((person) => (
          <li key={person.id} class="hand-row">
            <Icon name="raised_hand" />
            <bdi class="hand-name">{person.name}</bdi>
            {(moderates || person.id === meeting.you) && (
              <Button
                act="lower-hand"
                kind="quiet"
                label={text.lowerOf(person.name)}
                onClick={() => lower(person, meeting, commands)}
              >
                {text.lowerOne}
              </Button>
            )}
          </li>
        ))}
      </ol>
      {moderates && hands.length > 1 && (
        <Button act="lower-all" onClick={() => commands.order({ type: 'lower_hand', all: true })}>
          {text.lowerAll}
        </Button>
      )}
    </section>
  );
}

function lower(person: Person, meeting: Meeting, commands: Commands): void {
  if (person.id === selfOf(meeting)?.id) commands.raiseHand(false);
  else commands.order({ type: 'lower_hand', who: person.id });
}
