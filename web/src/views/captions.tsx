/* SPDX-License-Identifier: GPL-3.0-or-later */
import { strings } from '../strings';

export interface CaptionLine {
  readonly id: number;
  readonly name: string;
  readonly text: string;
}

/** Where captions stand, below the pictures. Nothing makes any yet: then it takes no room and says nothing. */
export function Captions({ lines }: { readonly lines: readonly CaptionLine[] }) {
  if (lines.length === 0) return null;
  return (
    <section class="captions" role="log" aria-label={strings.layout.captions}>
      {lines.map(({ id, name, text }) => (
        <p key={id} dir="auto">
          <bdi class="caption-name">{name}</bdi> {text}
        </p>
      ))}
    </section>
  );
}
