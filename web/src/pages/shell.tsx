/* SPDX-License-Identifier: GPL-3.0-or-later */
// The frame of every screen but the meeting: who one is, where one can go, what is to be told, and the page itself.
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { signInPath, type Route } from '../app/route';
import { strings } from '../strings';
import { wordsOr } from '../strings/said';
import { Brand, cls, focusScreen } from '../views/basics';
import { useCalls } from './calls_context';
import { useSite } from './context';
import { LanguageChoice } from './language_choice';
import { accountOf, isAdministrator } from './model';
import { Banner, When } from './parts';
import { SignOut } from './sign_out';

interface PageProps {
  readonly children: ComponentChildren;
  /** For tests. */
  readonly name: string;
  /** Of the window; without it the title stays. */
  readonly title?: string;
  /** 'narrow': one thing in the middle. 'wide': the same with room for two columns. 'steps': one narrow step after the
   * other. 'top': a page to read and work on, from the top. 'desk': the same with room for tables. */
  readonly form?: 'narrow' | 'wide' | 'steps' | 'top' | 'desk';
  /** Without ways to elsewhere: while somebody waits to be let in. */
  readonly bare?: boolean;
}

export function Page({ children, name, title, form = 'narrow', bare = false }: PageProps) {
  useTitle(title);
  return (
    <div class="page" data-screen={name}>
      <SkipLink />
      <header class="page-head">{bare ? <Brand /> : <Head />}</header>
      {!bare && <Told />}
      <main id="content" tabIndex={-1} class={cls('page-body', `page-${form}`)}>
        {children}
      </main>
      <footer class="page-foot">
        <LanguageChoice />
        {!bare && <ContactLink />}
      </footer>
    </div>
  );
}

/** Not for who would write to themselves, and not where somebody waits: who goes elsewhere loses their place. */
function ContactLink() {
  const { site } = useSite();
  if (site.route.to === 'contact' || isAdministrator(site)) return null;
  return (
    <a class="foot-link" href="/contact" data-act="to-contact">
      {strings.contact.link}
    </a>
  );
}

function useTitle(title: string | undefined): void {
  useEffect(() => {
    if (title !== undefined) document.title = title === '' ? strings.product : `${title} · ${strings.product}`;
  }, [title]);
}

function SkipLink() {
  return (
    <a
      class="skip"
      href="#content"
      onClick={(event) => {
        // The fragment of an address is not for places on a page here.
        event.preventDefault();
        document.getElementById('content')?.focus();
      }}
    >
      {strings.account.skip}
    </a>
  );
}

function Head() {
  const { site } = useSite();
  return (
    <>
      <a class="brand-link" href="/" aria-label={strings.account.nav.start}>
        <Brand />
      </a>
      {accountOf(site) !== null ? <AccountHead /> : <GuestHead />}
    </>
  );
}

function GuestHead() {
  const { site } = useSite();
  const { route, looked, offer, session } = site;
  const verified = session !== null && session.pending === null && session.email !== '';
  // Not before it is known that nobody is signed in; and not where one is about to be.
  const offers = looked && offer !== null && !SIGNS_IN.includes(route.to);
  return (
    <div class="head-who">
      {offers && (
        <a class="button button-plain" data-act="sign-in" href={signInPath(location.pathname)}>
          <span>{strings.account.nav.signIn}</span>
        </a>
      )}
      {/* A verified address is worth something: on a computer of others one leaves it again. */}
      {verified && <SignOut />}
    </div>
  );
}

const SIGNS_IN: readonly Route['to'][] = [
  'signin',
  'account',
  'contacts',
  'rooms',
  'room_settings',
  'series',
  'admin',
  'oidc',
  'welcome',
  'setup',
];

const ROOMS: readonly Route['to'][] = ['rooms', 'room_settings', 'series'];

function AccountHead() {
  const { site } = useSite();
  const text = strings.account.nav;
  const places: readonly (readonly [path: string, words: string, here: boolean])[] = [
    ['/rooms', text.rooms, ROOMS.includes(site.route.to)],
    ['/contacts', strings.calls.nav, site.route.to === 'contacts'],
    ['/account', text.account, site.route.to === 'account'],
    ...(isAdministrator(site) ? [['/admin', text.admin, site.route.to === 'admin'] as const] : []),
  ];
  return (
    <>
      <nav class="head-nav" aria-label={text.label}>
        <ul>
          {places.map(([path, words, here]) => (
            <li key={path}>
              <a href={path} aria-current={here ? 'page' : undefined}>
                {words}
                {path === '/contacts' && <MissedMark />}
              </a>
            </li>
          ))}
        </ul>
      </nav>
      <div class="head-who">
        <bdi class="head-name" title={accountOf(site)?.email}>
          {accountOf(site)?.name}
        </bdi>
        <SignOut />
      </div>
    </>
  );
}

function MissedMark() {
  const { calls } = useCalls();
  if (calls.missed === 0) return null;
  return (
    <span class="nav-count" data-missed={calls.missed}>
      <span aria-hidden="true">{calls.missed}</span>
      <span class="visually-hidden">{strings.calls.navMissed(calls.missed)}</span>
    </span>
  );
}

/** What the person is told on top of the page: once, or until it was read. */
function Told() {
  const { site, commands } = useSite();
  const text = strings.account;
  return (
    <div class="told">
      <div role="status">
        {site.word !== null && (
          <Banner tone={site.word === 'signed_out' ? 'good' : 'warn'} onDismiss={() => commands.tell(null)}>
            <p data-word={site.word}>{text.words[site.word]}</p>
          </Banner>
        )}
      </div>
      {site.notices.length > 0 && (
        <section aria-label={text.notices.label}>
          {site.notices.map((notice) => (
            <Banner
              key={notice.id}
              tone="warn"
              onDismiss={() => {
                commands.dismiss(notice.id);
                focusScreen();
              }}
              dismiss={text.notices.dismiss}
            >
              <p data-notice={notice.kind}>{wordsOr(strings.said.notices, notice.kind, notice.text)}</p>
              <p class="hint">
                <When at={notice.time} />
                {' · '}
                <a href="/account">{text.notices.check}</a>
              </p>
            </Banner>
          ))}
        </section>
      )}
    </div>
  );
}

/** The heading of a page from the top, with its first words. It takes the focus when the page appears. */
export function PageHeading({ title, lead }: { readonly title: string; readonly lead?: ComponentChildren }) {
  const ref = useRef<HTMLHeadingElement>(null);
  useEffect(() => ref.current?.focus({ preventScroll: true }), []);
  return (
    <div class="page-heading">
      <h1 ref={ref} class="screen-heading" tabIndex={-1}>
        {title}
      </h1>
      {lead !== undefined && <p class="lead">{lead}</p>}
    </div>
  );
}
