/* SPDX-License-Identifier: GPL-3.0-or-later */
import { useEffect, useRef } from 'preact/hooks';
import { onlyWatches } from '../state/rights';
import { strings } from '../strings';
import { Button } from './basics';
import type { ViewProps } from './commands';
import { toolsOf } from './tools';

interface KeyLine {
  readonly key: string;
  readonly label: string;
}

/** What the tools say of themselves, and what is no tool. */
function linesOf(view: ViewProps): KeyLine[] {
  const text = strings.layout.keys;
  const { shortcuts } = view.state.preferences;
  const single = toolsOf(view).flatMap(({ shortcut, label }) => (shortcut === undefined ? [] : [{ key: shortcut, label }]));
  const talk = onlyWatches(view.state) ? [] : [{ key: ' ', label: text.talk }];
  return [
    ...(shortcuts ? [...single, ...talk] : []),
    { key: 'arrows', label: text.arrows },
    { key: 'pages', label: text.pages },
    { key: 'Escape', label: text.escape },
  ];
}

/** All keys that do something in a meeting. */
export function KeysDialog(view: ViewProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const text = strings.layout.keys;
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    dialog.current?.showModal();
    heading.current?.focus();
  }, []);
  return (
    <dialog
      ref={dialog}
      class="confirm"
      aria-labelledby="keys-title"
      data-dialog="keys"
      onClose={() => view.commands.showKeys(false)}
      onKeyDown={(event) => event.stopPropagation()}
    >
      {/* The list is read from its beginning, not from its button on. */}
      <h2 id="keys-title" class="keys-title" tabIndex={-1} ref={heading}>
        {text.title}
      </h2>
      {!view.state.preferences.shortcuts && <p>{text.off}</p>}
      <dl class="keys">
        {linesOf(view).map(({ key, label }) => (
          <div key={key}>
            <dt>
              <kbd>{text.names[key] ?? key.toUpperCase()}</kbd>
            </dt>
            <dd>{label}</dd>
          </div>
        ))}
      </dl>
      <div class="confirm-buttons">
        <Button act="close-keys" kind="primary" onClick={() => dialog.current?.close()}>
          {strings.close}
        </Button>
      </div>
    </dialog>
  );
}
