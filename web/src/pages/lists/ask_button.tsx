/* SPDX-License-Identifier: GPL-3.0-or-later */
import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { Button, type ButtonProps } from '../../views/basics';
import { Confirm } from '../../views/confirm';
import { keepFocus } from './fresh';

interface AskButtonProps extends Omit<ButtonProps, 'onClick' | 'submits'> {
  readonly title: string;
  /** What will happen. */
  readonly what: ComponentChildren;
  readonly yes: string;
  readonly onYes: () => void;
}

/** A button that asks once and says what will happen. */
export function AskButton({ title, what, yes, onYes, kind = 'warning', ...button }: AskButtonProps) {
  const [asking, setAsking] = useState(false);
  const box = useRef<HTMLSpanElement>(null);
  useEffect(() => () => keepFocus(box.current), []);
  return (
    <span ref={box} class="no-box">
      <Button {...button} kind={kind} onClick={() => setAsking(true)} />
      {asking && (
        <Confirm title={title} yes={yes} onYes={onYes} onClose={() => setAsking(false)}>
          {typeof what === 'string' ? <p>{what}</p> : what}
        </Confirm>
      )}
    </span>
  );
}

/** A sentence on what can be done, and the button that asks. */
export function AskDeed({ about, ...ask }: AskButtonProps & { readonly about: string }) {
  return (
    <div class="deed">
      <p>{about}</p>
      <AskButton {...ask} />
    </div>
  );
}
