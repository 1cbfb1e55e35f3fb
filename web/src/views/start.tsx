/* SPDX-License-Identifier: GPL-3.0-or-later */
import { useSite } from '../pages/context';
import { accountOf } from '../pages/model';
import { Page } from '../pages/shell';
import { strings } from '../strings';
import { ScreenHeading } from './basics';
import { BrowserNotice } from './browser_notice';
import { Mark } from './icons';
import { UnusedNotice } from './permissions';

export function StartPage() {
  const { title, lead, howTitle, invited, host, points } = strings.start;
  return (
    <Page name="start" title="" form="wide">
      <div class="hero">
        <div class="hero-text">
          <BrowserNotice />
          <UnusedNotice />
          <ScreenHeading>{title}</ScreenHeading>
          <p class="lead">{lead}</p>
          <section class="card how" aria-labelledby="how">
            <h2 id="how">{howTitle}</h2>
            <p>{invited}</p>
            <p>{host}</p>
            <HowWithAccount />
          </section>
        </div>
        <div class="hero-mark" aria-hidden="true">
          <Mark />
        </div>
      </div>
      <ul class="points">
        {points.map((point) => (
          <li key={point.title}>
            <h2>{point.title}</h2>
            <p>{point.text}</p>
          </li>
        ))}
      </ul>
    </Page>
  );
}

/** Where the server knows accounts: the way to the own rooms. */
function HowWithAccount() {
  const { site } = useSite();
  const { withAccount, rooms } = strings.account.start;
  if (accountOf(site) !== null)
    return (
      <p class="actions">
        <a class="button button-primary" data-act="rooms" href="/rooms">
          <span>{rooms}</span>
        </a>
      </p>
    );
  return site.offer === null ? null : <p>{withAccount}</p>;
}
