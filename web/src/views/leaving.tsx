/* SPDX-License-Identifier: GPL-3.0-or-later */
// The step before a link that somebody has written: where it really leads, and that it ends the meeting for oneself. The
// page cannot open another one beside it (A10).
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import type { Link } from '../state/chat_text';
import { strings } from '../strings';
import { Button } from './basics';

interface LeavingProps {
  readonly link: Link;
  readonly onGo: () => void;
  readonly onClose: () => void;
}

export function LeavingDialog({ link, onGo, onClose }: LeavingProps) {
  const text = strings.talk.leaving;
  const dialog = useRef<HTMLDialogElement>(null);
  const [copied, setCopied] = useState<boolean | null>(null);
  const ids = { title: useId(), text: useId() };
  useEffect(() => dialog.current?.showModal(), []);
  const copy = async () => setCopied(await copyText(link.href));
  return (
    <dialog
      ref={dialog}
      class="confirm leaving"
      aria-labelledby={ids.title}
      aria-describedby={ids.text}
      data-leaving={link.host}
      onClose={onClose}
      // Keys are for the question: neither Escape for the panel behind it nor shortcuts.
      onKeyDown={(event) => event.stopPropagation()}
    >
      <h2 id={ids.title}>{text.title}</h2>
      <div id={ids.text} class="confirm-text">
        <p>{text.text}</p>
        <p class="leaving-host" dir="ltr">
          {link.host}
        </p>
        {link.disguised && <p class="problem">{text.disguised}</p>}
        {link.href.startsWith('http:') && <p class="problem">{text.unsafe}</p>}
        <p class="leaving-label">{text.whole}</p>
        <p class="leaving-href" dir="ltr">
          {link.href}
        </p>
        <p role="status" class="hint">
          {copied === null ? '' : copied ? text.copied : text.notCopied}
        </p>
      </div>
      <div class="confirm-buttons">
        <Button act="leaving-stay" onClick={() => dialog.current?.close()}>
          {text.stay}
        </Button>
        <Button act="leaving-copy" icon="copy" onClick={() => void copy()}>
          {text.copy}
        </Button>
        <Button
          act="leaving-go"
          kind="warning"
          onClick={() => {
            dialog.current?.close();
            onGo();
          }}
        >
          {text.go}
        </Button>
      </div>
    </dialog>
  );
}

async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
