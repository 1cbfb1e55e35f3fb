/* SPDX-License-Identifier: GPL-3.0-or-later */
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { strings } from '../strings';
import { Icon } from './icons';

interface PanelProps {
  readonly name: string;
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
}

/** A panel beside the meeting. It takes the focus when it opens and gives it back when it closes. */
export function Panel({ name, title, onClose, children }: PanelProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    const opener = document.activeElement;
    heading.current?.focus({ preventScroll: true });
    return () => {
      if (opener instanceof HTMLElement && opener.isConnected) opener.focus({ preventScroll: true });
    };
  }, []);
  return (
    <section class="panel" role="dialog" aria-labelledby="panel-title" data-panel={name}>
      <div class="panel-head">
        <h2 ref={heading} id="panel-title" tabIndex={-1}>
          {title}
        </h2>
        <button
          type="button"
          class="icon-button"
          data-act="close-panel"
          aria-label={strings.close}
          title={strings.close}
          onClick={onClose}
        >
          <Icon name="close" />
        </button>
      </div>
      {/* Focusable, so that the keyboard can scroll it. */}
      <div class="panel-body" tabIndex={0}>
        {children}
      </div>
    </section>
  );
}
