/* SPDX-License-Identifier: GPL-3.0-or-later */
// A clear word to whoever comes with a browser that is old, unknown or inside another program (B11). It stops nobody.
import { useState } from 'preact/hooks';
import { judge, listIsOld, type Browser, type Verdict } from '../care/browser';
import { thisBrowser } from '../care/here';
import { KNOWN, LISTED, type Maker } from '../care/known_browsers';
import { strings } from '../strings';
import { Button, focusScreen } from './basics';
import { dayOf } from './consent';

const READ = 'testudo-browser-read';

function wasRead(verdict: Verdict): boolean {
  try {
    return sessionStorage.getItem(READ) === verdict;
  } catch {
    return false;
  }
}

function noteRead(verdict: Verdict): void {
  try {
    sessionStorage.setItem(READ, verdict);
  } catch {
    // Then it is said again on the next page.
  }
}

function outdatedText({ maker, version, chromium, system }: Browser): string {
  const text = strings.care.browser;
  const name = maker === null ? '' : KNOWN[maker].name;
  const number = String(version === 0 ? chromium : version);
  if (maker === 'safari') return text.outdatedSystem(name, number);
  return system === 'android' || system === 'ios' ? text.outdatedPhone(name, number) : text.outdated(name, number);
}

function textOf(browser: Browser, verdict: Exclude<Verdict, 'fine'>): string {
  const text = strings.care.browser;
  if (verdict === 'unknown') return text.unknown;
  if (verdict === 'outdated') return outdatedText(browser);
  return browser.embedder === '' || browser.embedder === null ? text.embeddedNameless : text.embedded(browser.embedder);
}

/** Where the makers themselves hand them out, as text: nothing is opened from here. */
function makersFor({ maker, system }: Browser, verdict: Verdict): readonly Maker[] {
  if (verdict === 'outdated' && maker !== null) return [maker];
  if (system === 'ios' || system === 'mac') return ['safari', 'firefox', 'chrome'];
  return system === 'windows' ? ['firefox', 'edge', 'chrome'] : ['firefox', 'chrome'];
}

export function Makers({ browser, verdict }: { readonly browser: Browser; readonly verdict: Verdict }) {
  const text = strings.care.browser;
  const day = dayOf(Date.parse(LISTED));
  return (
    <>
      <p>{text.makers}</p>
      <ul class="makers">
        {makersFor(browser, verdict).map((maker) => (
          <li key={maker}>
            {KNOWN[maker].name}: <bdi class="maker-site">{KNOWN[maker].site}</bdi>
          </li>
        ))}
      </ul>
      <p class="hint">{listIsOld(Date.now()) ? text.listOld(day) : text.listed(day)}</p>
    </>
  );
}

export function BrowserNotice() {
  const browser = thisBrowser();
  const verdict = judge(browser);
  const [read, setRead] = useState(() => wasRead(verdict));
  const text = strings.care.browser;
  if (verdict === 'fine' || read) return null;
  return (
    <section class="care-note" aria-labelledby="browser-note" data-care="browser" data-verdict={verdict}>
      <h2 id="browser-note">{text.title[verdict]}</h2>
      <p>{textOf(browser, verdict)}</p>
      <Makers browser={browser} verdict={verdict} />
      <p class="actions">
        <Button
          act="browser-read"
          kind="quiet"
          onClick={() => {
            noteRead(verdict);
            setRead(true);
            focusScreen();
          }}
        >
          {text.dismiss}
        </Button>
      </p>
    </section>
  );
}
