/* SPDX-License-Identifier: GPL-3.0-or-later */
// The frame of the administrators' pages, and the first of them: on top what to do about an intruder.
import type { ComponentChildren } from 'preact';
import { countUnread } from '../../api/messages';
import { ADMIN_SECTIONS, type AdminSection } from '../../app/route';
import { strings } from '../../strings';
import { Icon } from '../../views/icons';
import { useSite } from '../context';
import { BackLink } from '../lists/back_link';
import { Page, PageHeading } from '../shell';
import { useLoaded } from '../task';

const text = strings.admin;

interface AdminPageProps {
  /** Which one is open; null: the overview. */
  readonly at: AdminSection | 'emergency' | null;
  /** For tests. */
  readonly name: string;
  readonly title: string;
  readonly lead?: ComponentChildren;
  /** Where the page stands above of; the overview unless told. */
  readonly back?: { readonly href: string; readonly words: string };
  readonly children: ComponentChildren;
}

export function AdminPage({ at, name, title, lead, back, children }: AdminPageProps) {
  return (
    <Page name={name} title={title} form="desk">
      <div class="admin">
        <AdminNav at={at} />
        <div class="admin-page">
          {back !== undefined && <BackLink href={back.href}>{back.words}</BackLink>}
          {back === undefined && at !== null && (
            <div class="phone-only">
              <BackLink href="/admin">{text.title}</BackLink>
            </div>
          )}
          <PageHeading title={title} {...(lead === undefined ? {} : { lead })} />
          {children}
        </div>
      </div>
    </Page>
  );
}

/** On a phone the overview has the ways to all parts. */
function AdminNav({ at }: Pick<AdminPageProps, 'at'>) {
  return (
    <nav class="admin-nav" aria-label={text.sectionsLabel}>
      <NavLink href="/admin" here={at === null}>
        {text.overview}
      </NavLink>
      {ADMIN_SECTIONS.map((name) => (
        <NavLink key={name} href={`/admin/${name}`} here={at === name}>
          {text.sections[name].name}
        </NavLink>
      ))}
    </nav>
  );
}

interface NavLinkProps {
  readonly href: string;
  readonly here: boolean;
  readonly children: ComponentChildren;
}

function NavLink({ href, here, children }: NavLinkProps) {
  return (
    <a href={href} aria-current={here ? 'page' : undefined}>
      {children}
    </a>
  );
}

export function OverviewPage() {
  const { title, short, open } = text.emergency;
  return (
    <AdminPage at={null} name="admin" title={text.title}>
      <section class="card emergency-card" aria-labelledby="emergency-title">
        <Icon name="shield_alert" />
        <div class="emergency-words">
          <h2 id="emergency-title">{title}</h2>
          <p>{short}</p>
        </div>
        <a class="button button-danger" href="/admin/emergency" data-act="to-emergency">
          <span>{open}</span>
        </a>
      </section>
      <ul class="section-cards">
        {ADMIN_SECTIONS.map((name) => (
          <li key={name}>
            <a class="card section-card" href={`/admin/${name}`} data-act={`to-${name}`}>
              <span class="section-card-name">{text.sections[name].name}</span>
              {name === 'messages' && <Unread />}
              <span class="hint">{text.sections[name].text}</span>
            </a>
          </li>
        ))}
      </ul>
    </AdminPage>
  );
}

/** Without the number the card works as well. */
function Unread() {
  const { commands } = useSite();
  const unread = useLoaded(() => countUnread(commands.api)).value ?? 0;
  if (unread === 0) return null;
  return (
    <span class="tag" data-unread={unread}>
      {strings.contact.inbox.unreadCount(unread)}
    </span>
  );
}
