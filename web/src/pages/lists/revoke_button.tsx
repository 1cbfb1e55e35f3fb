/* SPDX-License-Identifier: GPL-3.0-or-later */
import { AskButton } from './ask_button';
import type { Deed } from './deed';

interface RevokeButtonProps {
  readonly act: string;
  /** Whose or which it is. */
  readonly name: string;
  readonly words: {
    readonly revoke: string;
    readonly revokeNamed: (name: string) => string;
    readonly revokeAsk: (name: string) => string;
    readonly revokeWhat: string;
  };
  readonly deed: Deed;
  readonly onRevoke: () => void;
}

/** In the row of something that counts no more once it is revoked. */
export function RevokeButton({ act, name, words, deed, onRevoke }: RevokeButtonProps) {
  return (
    <AskButton
      act={act}
      label={words.revokeNamed(name)}
      title={words.revokeAsk(name)}
      what={words.revokeWhat}
      yes={words.revoke}
      disabled={deed.busy}
      onYes={onRevoke}
    >
      {words.revoke}
    </AskButton>
  );
}
