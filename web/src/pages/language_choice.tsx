/* SPDX-License-Identifier: GPL-3.0-or-later */
import { setLanguage } from '../api/account';
import { strings } from '../strings';
import { languages, rememberLanguage } from '../strings/languages';
import { useSite } from './context';
import { accountOf } from './model';

/** Shown in each language's own name, so that it can be found by who reads no other. */
export function LanguageChoice() {
  const { site, commands } = useSite();
  const choose = async (tag: string) => {
    rememberLanguage(tag);
    // Mails, too, are in it from now on. Where that fails, the page speaks it all the same.
    if (accountOf(site) !== null) await setLanguage(commands.openApi, tag).catch(() => null);
    location.reload();
  };
  if (languages.length < 2) return null;
  return (
    <label class="language-choice">
      <span>{strings.page.languages}</span>
      <select
        data-act="language"
        value={strings.language.tag}
        onChange={(event) => void choose(event.currentTarget.value)}
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
