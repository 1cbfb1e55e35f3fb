/* SPDX-License-Identifier: GPL-3.0-or-later */
// All pages together: the address bar, who one is, and what a person is asked before a request can go on.
import { dismissNotice, readNotices } from '../api/account';
import type { Requests } from '../api/lists';
import { endSession, readServer, type ServerOffer, type Session } from '../api/session';
import { SessionClient } from '../identity/client';
import { KeyError } from '../identity/key';
import { Visitor, type BeginReason, type FactorReason } from '../identity/visitor';
import type { SiteCommands } from '../pages/context';
import { accountOf, initialSite, reduceSite, type Site, type SiteAction, type Word } from '../pages/model';
import type { Proofs } from '../state/door_evidence';
import { createStore, type Store } from '../state/store';
import { App } from './app';
import { backIsHeld } from './back';
import { Line, type Agreed } from './line';
import { hasSecret, routeOf, type Route } from './route';

/** A factor that was shown so recently is enough for what a person does next. */
const FRESH_S = 60;
/** A session that nobody uses for so long (as the server says: docs/API.md, section 2) has locked itself; the page
 * looks a little later, and covers what it shows. */
const USUAL_LOCK_S = 30 * 60;
const IDLE_MORE_MS = 2000;
const IDLE_LOOK_MS = 15_000;
/** Who has touched the page, but asked for nothing for so long, is here all the same. */
const PRESENT_MS = 10 * 60_000;

export class SiteApp implements SiteCommands {
  readonly store: Store<Site, SiteAction> = createStore(initialSite, reduceSite);
  readonly meeting: App;
  readonly line: Line;
  readonly api: Requests;
  readonly openApi: Requests;
  readonly #client: SessionClient;
  readonly #visitor: Visitor;
  /** Tells the other windows of this browser that somebody has signed in or out. */
  readonly #windows = new BroadcastChannel('testudo-session');
  #factorShown: ((shown: boolean) => void) | null = null;
  /** When the person touched the page last, as performance.now. */
  #touched = 0;
  #looked: Promise<void> = Promise.resolve();
  #offer: Promise<ServerOffer> | null = null;
  /** The call that the page is about to go into. */
  #call: { readonly room: string; readonly agreed: Agreed } | null = null;

  constructor(client: SessionClient = new SessionClient()) {
    this.#client = client;
    this.#visitor = new Visitor(client, {
      onSession: (session, why) => this.#changed(session, why),
      onFactorNeeded: (why) => this.#askForFactor(why),
      onMust: () => void this.refresh(),
    });
    this.api = this.#visitor;
    this.openApi = this.#visitor.open;
    this.meeting = new App(this.api, () => this.#ownName(), () => accountOf(this.store.get())?.id ?? '');
    this.line = new Line(this.openApi, {
      onGo: (room, agreed) => {
        this.#call = { room, agreed };
        this.go(`/m/${room}`);
      },
      onEnded: () => void this.#lineEnded(),
    });
  }

  async start(): Promise<void> {
    window.addEventListener('popstate', () => {
      if (!backIsHeld()) this.#open();
    });
    window.addEventListener('pagehide', () => this.meeting.leave());
    document.addEventListener('click', (event) => this.#clicked(event));
    this.#windows.addEventListener('message', () => void this.refresh());
    window.setInterval(() => void this.#lookWhenIdle(), IDLE_LOOK_MS);
    for (const sign of ['pointerdown', 'keydown'])
      window.addEventListener(sign, () => this.#touch(), { passive: true, capture: true });
    this.#looked = this.refresh();
    this.#open();
    // Asked for again by the page that needs it.
    await this.learnOffer().catch(() => undefined);
  }

  proofs(): Proofs {
    return this.#client.proofs;
  }

  go(path: string, replace = false): void {
    if (replace) history.replaceState(null, '', path);
    else history.pushState(null, '', path);
    this.#open();
    window.scrollTo(0, 0);
  }

  sessionIs(session: Session): void {
    const before = accountOf(this.store.get())?.id;
    this.#changed(session, null);
    if (accountOf(this.store.get())?.id !== before) this.#windows.postMessage('changed');
  }

  async refresh(): Promise<void> {
    try {
      const wasSignedIn = accountOf(this.store.get()) !== null;
      const session = await this.#visitor.look();
      const { over } = this.#visitor;
      // A guest who comes back after long has lost nothing.
      this.#changed(session, session === null && (wasSignedIn || over === 'cookie_copied') ? over : null);
    } catch (error) {
      // Whatever it is, the next request that needs a session says it better.
      if (error instanceof KeyError) this.tell(error.code);
      if (!this.store.get().looked) this.#changed(null, null);
    }
  }

  /** The line has ended: with the session, perhaps, and then the person hears of it without having done anything. */
  async #lineEnded(): Promise<void> {
    const wasSignedIn = accountOf(this.store.get()) !== null;
    await this.refresh();
    const { session, word } = this.store.get();
    if (wasSignedIn && session === null && word === null) this.tell('ended');
  }

  async learnOffer(): Promise<void> {
    // Afterwards, as any request makes a key, and without one there is no session to look for.
    await this.#looked;
    if (this.store.get().offer !== null) return;
    this.#offer ??= readServer(this.#visitor.plain).finally(() => {
      this.#offer = null;
    });
    this.store.dispatch({ type: 'offer', offer: await this.#offer });
  }

  async confirm(): Promise<boolean> {
    const until = this.store.get().session?.confirmed_until ?? 0;
    return until > Date.now() / 1000 + FRESH_S || this.#visitor.askForFactor('confirm');
  }

  factorDone(shown: boolean): void {
    this.store.dispatch({ type: 'ask', why: null });
    this.#factorShown?.(shown);
    this.#factorShown = null;
  }

  async signOut(): Promise<void> {
    await endSession(this.openApi);
    this.factorDone(false);
    await this.refresh();
    this.#windows.postMessage('changed');
    this.go('/');
    this.tell('signed_out');
  }

  tell(word: Word | null): void {
    this.store.dispatch({ type: 'word', word });
  }

  dismiss(id: string): void {
    this.store.dispatch({ type: 'notice_gone', id });
    // One that could not be dismissed is there again on the next page.
    void dismissNotice(this.api, id).catch(() => undefined);
  }

  #touch(): void {
    this.#touched = performance.now();
  }

  /** Looking counts as use: it is done for who is here, in a meeting, too; or when the session has locked itself, so
   * that what the page shows is covered. A meeting is not covered while it goes on. */
  async #lookWhenIdle(): Promise<void> {
    const { route, asking } = this.store.get();
    if (asking !== null || accountOf(this.store.get()) === null) return;
    const idle = this.#visitor.idleMs();
    const lockMs = (this.store.get().offer?.lock ?? USUAL_LOCK_S) * 1000;
    const present = idle > Math.min(PRESENT_MS, lockMs / 3) && performance.now() - this.#touched < idle;
    const inMeeting = route.to === 'host' || route.to === 'room';
    if (present || (!inMeeting && idle > lockMs + IDLE_MORE_MS)) await this.refresh();
  }

  async #ownName(): Promise<string> {
    await this.#looked;
    return accountOf(this.store.get())?.name ?? '';
  }

  #changed(session: Session | null, why: BeginReason | null): void {
    this.store.dispatch({ type: 'session', session, why });
    this.#keepLine();
    if (session !== null && session.locked) return void this.#visitor.askForFactor('locked');
    if (session !== null && session.notices > 0 && accountOf({ session }) !== null)
      void this.#learnNotices();
  }

  async #learnNotices(): Promise<void> {
    try {
      const { items } = await readNotices(this.openApi);
      this.store.dispatch({ type: 'notices', notices: items });
    } catch {
      // They wait for the next page.
    }
  }

  #askForFactor(why: FactorReason): Promise<boolean> {
    this.store.dispatch({ type: 'ask', why });
    return new Promise((resolve) => {
      this.#factorShown = resolve;
    });
  }

  /** Opens what the address bar says. Secrets leave it, and with it the history, before anything else happens. */
  #open(): void {
    const { pathname, hash, search } = location;
    const route = routeOf(pathname, hash, search);
    if (hasSecret(route) && (hash !== '' || search !== '')) history.replaceState(null, '', pathname);
    this.store.dispatch({ type: 'visit', route });
    this.#openMeeting(route);
    this.#keepLine();
  }

  /** While somebody is signed in and not in a meeting, contacts can call. */
  #keepLine(): void {
    const { route, session } = this.store.get();
    const account = accountOf(this.store.get());
    const free = route.to !== 'host' && route.to !== 'room';
    const able = session !== null && !session.locked && session.must.length === 0;
    this.line.keep(free && able && account !== null ? account.id : null);
  }

  #openMeeting(route: Route): void {
    this.meeting.leave();
    if (route.to === 'host') void this.meeting.openHost(route.token);
    if (route.to !== 'room') return;
    const call = this.#call?.room === route.room ? this.#call : null;
    this.#call = null;
    void (call !== null ? this.meeting.openCall(route.room, call.agreed) : this.meeting.open(route.room));
  }

  /** Links between our own pages don't load the page anew; all that a browser can do with a link works as ever. */
  #clicked(event: MouseEvent): void {
    const link = event.target instanceof Element ? event.target.closest('a') : null;
    if (link === null || !isPlainClick(event) || !isOwnPage(link)) return;
    event.preventDefault();
    this.go(link.pathname + link.hash);
  }
}

function isPlainClick({ defaultPrevented, button, ctrlKey, metaKey, shiftKey, altKey }: MouseEvent): boolean {
  return !defaultPrevented && button === 0 && !ctrlKey && !metaKey && !shiftKey && !altKey;
}

function isOwnPage(link: HTMLAnchorElement): boolean {
  if (link.target !== '' || link.hasAttribute('download') || link.origin !== location.origin) return false;
  return routeOf(link.pathname, link.hash).to !== 'nowhere' && !link.getAttribute('href')?.startsWith('#');
}
