/* SPDX-License-Identifier: GPL-3.0-or-later */
// Long lists of people: the first are shown, the others are found by name.
import { useState } from 'preact/hooks';
import { foundByName, LISTED_AT_ONCE } from '../state/search';
import { strings } from '../strings';

/** From so many on a name is found faster by typing, and the end of the list is far away. */
export const SEARCH_FROM = 8;

interface NameSearch<T> {
  readonly shown: readonly T[];
  /** The field and, when not all are shown, how many are. */
  readonly field: preact.JSX.Element;
}

/** `nobody`: what is said when the name is not in the list. */
export function useNameSearch<T extends { readonly name: string }>(
  act: string,
  list: readonly T[],
  nobody: string,
): NameSearch<T> {
  const [wanted, setWanted] = useState('');
  const found = foundByName(list, wanted);
  const shown = found.slice(0, LISTED_AT_ONCE);
  const text = strings.search;
  const field = (
    <>
      {(list.length >= SEARCH_FROM || wanted !== '') && (
        <input
          class="input"
          type="search"
          dir="auto"
          data-act={act}
          aria-label={text.label}
          placeholder={text.label}
          value={wanted}
          onInput={(event) => setWanted(event.currentTarget.value)}
        />
      )}
      <p class="hint" role="status">
        {found.length === 0 ? nobody : shown.length < list.length && text.shown(shown.length, list.length)}
      </p>
    </>
  );
  return { shown, field };
}
