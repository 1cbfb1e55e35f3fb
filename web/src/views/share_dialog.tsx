/* SPDX-License-Identifier: GPL-3.0-or-later */
// Before a screen is shared: what to show, in our own words; the whole screen asked twice; a look at it that nobody else
// has (A9, A10).
import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { mayShareSound, surfacesOffered } from '../media/screen';
import { surfacesAllowed, type Share, type Surface } from '../state/share';
import { strings } from '../strings';
import { Button, cls, focusScreen, Picture } from './basics';
import type { ShareCommands, ViewProps } from './commands';
import { Icon } from './icons';

export function ShareDialog({ state: { share, door }, commands }: ViewProps) {
  if (share.at === 'off' || share.at === 'live') return null;
  return <Steps share={share} commands={commands.share} highCare={door.highCare} />;
}

type Step = Exclude<Share, { at: 'off' | 'live' }>;

interface StepProps<S extends Step = Step> {
  readonly share: S;
  readonly commands: ShareCommands;
  readonly highCare: boolean;
}

/** One dialog for all steps; each begins with its heading, for keyboards and screen readers. */
function Steps({ share, commands, highCare }: StepProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const opener = document.activeElement;
    dialog.current?.showModal();
    return () => {
      if (opener instanceof HTMLElement && opener.isConnected) opener.focus({ preventScroll: true });
      else focusScreen();
    };
  }, []);
  useEffect(() => dialog.current?.querySelector('h2')?.focus(), [share.at]);
  return (
    <dialog
      ref={dialog}
      class={cls('confirm', 'share-dialog')}
      aria-labelledby="share-title"
      data-share={share.at}
      onClose={() => commands.stop()}
      // Keys are for the question: neither Escape for what is behind it nor shortcuts.
      onKeyDown={(event) => event.stopPropagation()}
    >
      {share.at === 'choosing' && <Choose share={share} commands={commands} highCare={highCare} />}
      {share.at === 'sure' && <Sure commands={commands} />}
      {share.at === 'picking' && <Picking commands={commands} />}
      {share.at === 'preview' && <Preview share={share} commands={commands} highCare={highCare} />}
    </dialog>
  );
}

function Title({ children }: { readonly children: ComponentChildren }) {
  return (
    <h2 id="share-title" tabIndex={-1}>
      {children}
    </h2>
  );
}

function Choose({ share: { problem }, commands, highCare }: StepProps<Extract<Step, { at: 'choosing' }>>) {
  const text = strings.share;
  const offered = surfacesAllowed(surfacesOffered(), highCare);
  const [surface, setSurface] = useState<Surface>(offered[0] ?? 'window');
  const [sound, setSound] = useState(false);
  const withSound = mayShareSound(surface);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        commands.choose(surface, sound && withSound);
      }}
    >
      <Title>{text.chooseTitle}</Title>
      {problem !== null && (
        <p class="share-problem" role="alert" data-problem={problem}>
          {text.problems[problem]}
        </p>
      )}
      <p class="share-reminder">
        <Icon name="people" />
        <span>{text.reminder}</span>
      </p>
      <fieldset class="share-surfaces">
        <legend class="visually-hidden">{text.surfaceLabel}</legend>
        {offered.map((one) => (
          <label key={one} class={cls('share-surface', one === surface && 'is-chosen')}>
            <input
              type="radio"
              name="share-surface"
              value={one}
              checked={one === surface}
              onChange={() => setSurface(one)}
            />
            <span class="share-surface-name">{text.surfaces[one].name}</span>
            <span class="share-surface-advice">{text.surfaces[one].advice}</span>
          </label>
        ))}
      </fieldset>
      {withSound ? (
        <label class="check share-sound">
          <input
            type="checkbox"
            name="share-sound"
            checked={sound}
            onChange={(event) => setSound(event.currentTarget.checked)}
          />
          <span>{text.sound}</span>
        </label>
      ) : (
        <p class="hint">{text.soundNot[surface]}</p>
      )}
      {highCare && <p class="hint">{text.wholeNever}</p>}
      <p class="hint">{text.pickHint}</p>
      <p class="hint">{text.takeBack}</p>
      <div class="confirm-buttons">
        <Button act="share-cancel" onClick={() => commands.stop()}>
          {text.cancel}
        </Button>
        <Button act="share-pick" kind="primary" submits>
          {text.pick}
        </Button>
      </div>
    </form>
  );
}

function Sure({ commands }: Pick<StepProps, 'commands'>) {
  const text = strings.share;
  return (
    <>
      <Title>{text.sureTitle}</Title>
      <p>{text.sureText}</p>
      <p>{text.sureAdvice}</p>
      <div class="confirm-buttons">
        <Button act="share-less" kind="primary" onClick={() => commands.chooseAgain()}>
          {text.sureNo}
        </Button>
        <Button act="share-whole" kind="warning" onClick={() => commands.confirmWhole()}>
          {text.sureYes}
        </Button>
      </div>
    </>
  );
}

function Picking({ commands }: Pick<StepProps, 'commands'>) {
  const text = strings.share;
  return (
    <>
      <Title>{text.pickingTitle}</Title>
      <p>{text.pickingText}</p>
      <div class="confirm-buttons">
        <Button act="share-cancel" onClick={() => commands.stop()}>
          {text.cancel}
        </Button>
      </div>
    </>
  );
}

function Preview({ share, commands }: StepProps<Extract<Step, { at: 'preview' }>>) {
  const text = strings.share;
  const { picked, sound, picture, doubt } = share;
  return (
    <>
      <Title>{doubt === null ? text.previewTitle : text.doubts[doubt].title}</Title>
      <p data-doubt={doubt ?? undefined}>{doubt === null ? text.previewText : text.doubts[doubt].text}</p>
      <div class="share-preview">
        <Picture stream={picture} label={text.preview} />
      </div>
      <p class="hint" data-picked={picked}>
        <span>{text.picked[picked]}</span> <span>{sound ? text.withSound : text.withoutSound}</span>
      </p>
      <div class="confirm-buttons">
        <Button act="share-cancel" kind="quiet" onClick={() => commands.stop()}>
          {text.cancel}
        </Button>
        <Button act="share-again" kind={doubt === null ? 'plain' : 'primary'} onClick={() => commands.chooseAgain()}>
          {text.again}
        </Button>
        {doubt === null ? (
          <Button act="share-live" kind="primary" onClick={() => commands.goLive()}>
            {text.live}
          </Button>
        ) : (
          <Button act="share-accept" kind="warning" onClick={() => commands.acceptDoubt()}>
            {text.acceptDoubt}
          </Button>
        )}
      </div>
    </>
  );
}
