/* SPDX-License-Identifier: GPL-3.0-or-later */
import type { ComponentChildren } from 'preact';

/** To the page above this one. */
export function BackLink({ href, children }: { readonly href: string; readonly children: ComponentChildren }) {
  return (
    <p class="back">
      <a href={href} data-act="back">
        <span aria-hidden="true">‹</span> {children}
      </a>
    </p>
  );
}
