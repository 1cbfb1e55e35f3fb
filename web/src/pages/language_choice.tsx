/* SPDX-License-Identifier: GPL-3.0-or-later */
import { strings } from '../strings';
import { chooseLanguage, languages } from '../strings/languages';

/** Shown in each language's own name, so that it can be found by who reads no other. */
export function LanguageChoice() {
  if (languages.length < 2) return null;
  return (
    <label class="language-choice">
      <span>{strings.page.languages}</span>
      <select
        data-act="language"
        value={strings.language.tag}
        onChange={(event) => chooseLanguage(event.currentTarget.value)}
      >
        {languages.map(({ tag, name }) => (
          <option key={tag} value={tag} lang={tag}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}
