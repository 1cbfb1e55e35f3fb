/* SPDX-License-Identifier: GPL-3.0-or-later */
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { strings } from '../strings';
import { Button } from './basics';

interface ConfirmProps {
  readonly title: string;
  readonly yes: string;
  readonly onYes: () => void;
  /** Also after the yes: the question is over. */
  readonly onClose: () => void;
  readonly children: ComponentChildren;
}

/** Asks before something that can't be taken back with one click. The browser keeps the focus inside and gives it back;
 * Escape says no. */
export function Confirm({ title, yes, onYes, onClose, children }: ConfirmProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  const answer = (agreed: boolean) => {
    dialog.current?.close();
    if (agreed) onYes();
  };
  return (
    <dialog
      ref={dialog}
      class="confirm"
      role="alertdialog"
      aria-labelledby="confirm-title"
      aria-describedby="confirm-text"
      onClose={onClose}
      // Keys are for the question: neither Escape for the panel behind it nor shortcuts.
      onKeyDown={(event) => event.stopPropagation()}
    >
      <h2 id="confirm-title" dir="auto">
        {title}
      </h2>
      <div id="confirm-text" class="confirm-text">
        {children}
      </div>
      <div class="confirm-buttons">
        <Button act="confirm-no" onClick={() => answer(false)}>
          {strings.confirm.cancel}
        </Button>
        <Button act="confirm-yes" kind="danger" onClick={() => answer(true)}>
          {yes}
        </Button>
      </div>
    </dialog>
  );
}

export interface Expulsion {
  readonly type: 'remove' | 'ban';
  readonly who: string;
  readonly name: string;
}

/** The question before somebody is put out. */
export function ConfirmExpulsion({
  expulsion: { type, name },
  onYes,
  onClose,
}: {
  readonly expulsion: Expulsion;
  readonly onYes: () => void;
  readonly onClose: () => void;
}) {
  const { title, text, yes } = strings.confirm[type];
  return (
    <Confirm title={title(name)} yes={yes} onYes={onYes} onClose={onClose}>
      <p>{text}</p>
    </Confirm>
  );
}
