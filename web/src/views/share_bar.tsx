/* SPDX-License-Identifier: GPL-3.0-or-later */
// While a screen is shared: always in sight what, with one click to stop (A10). And a moderator's request for one (A11).
import type { Meeting } from '../state/model';
import { isolated } from '../state/names';
import { askerOf } from '../state/rights';
import { strings } from '../strings';
import { Button, cls, focusScreen, Picture } from './basics';
import type { Commands, ViewProps } from './commands';
import { Icon } from './icons';
import { PersonFacts } from './person_row';

export function ShareBar({ state: { share }, commands }: ViewProps) {
  if (share.at !== 'live') return null;
  const text = strings.share;
  const { picked, sound, picture, frozen, moving = false } = share;
  const words = sound ? text.showingWithSound : text.showing;
  return (
    <section
      class={cls('share-bar', frozen !== null && 'is-frozen')}
      aria-label={text.bar}
      data-share="live"
      data-picked={picked}
      data-frozen={frozen ?? undefined}
    >
      <div class="share-small">
        <Picture stream={picture} />
      </div>
      <div class="share-words">
        <p class="share-what">
          <Icon name="screen" />
          <span>{words[picked]}</span>
        </p>
        <p class="share-frozen" role="status">
          {frozen !== null && text.frozen[frozen]}
        </p>
      </div>
      <label class="check">
        <input type="checkbox" data-switch="moving" checked={moving}
          onChange={(event) => commands.share.setMoving(event.currentTarget.checked)} />
        <span>{text.moving}</span>
      </label>
      <span class="banner-buttons">
        {frozen === null ? (
          <Button act="share-pause" icon="pause" onClick={() => commands.share.pause()}>
            {text.pause}
          </Button>
        ) : (
          <Button act="share-go-on" kind="primary" onClick={() => commands.share.goOn()}>
            {text.goOn}
          </Button>
        )}
        <Button
          act="share-stop"
          kind="danger"
          onClick={() => {
            commands.share.stop();
            focusScreen();
          }}
        >
          {text.stop}
        </Button>
      </span>
    </section>
  );
}

/** "Please share your screen": who asks, how he was verified, yes and no. It opens nothing by itself. */
export function ShareAsked({ meeting, commands }: { readonly meeting: Meeting; readonly commands: Commands }) {
  const asker = askerOf(meeting);
  if (asker === null) return null;
  const text = strings.share;
  return (
    <section class="share-asked" aria-labelledby="asked-title">
      <h2 id="asked-title">{text.askedTitle(isolated(asker.name))}</h2>
      <PersonFacts person={asker} />
      <p>{text.askedText}</p>
      <span class="banner-buttons">
        <Button act="asked-no" onClick={() => commands.share.answer(false)}>
          {text.askedNo}
        </Button>
        <Button act="asked-yes" kind="primary" onClick={() => commands.share.answer(true)}>
          {text.askedYes}
        </Button>
      </span>
    </section>
  );
}
