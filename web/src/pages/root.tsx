/* SPDX-License-Identifier: GPL-3.0-or-later */
// Which page stands at the address, and what stands on top of all.
import type { SiteAction, Site } from './model';
import type { Action } from '../state/reducer';
import type { CallsAction, CallsState } from '../state/calls';
import type { State } from '../state/model';
import type { Store } from '../state/store';
import { strings } from '../strings';
import type { Commands } from '../views/commands';
import { MessagePage, OpeningPage, ProblemPage } from '../views/message_page';
import { MeetingRoot } from '../views/root';
import { StartPage } from '../views/start';
import { AccountPage } from './account_page';
import { Administration } from './admin/administration';
import { CallDialogs } from './call_dialogs';
import { CallsContext, type CallCommands } from './calls_context';
import { ContactPage } from './contact_page';
import { ContactLinkPage } from './contact_link_page';
import { ContactsPage } from './contacts_page';
import { SiteContext, useSite, type SiteCommands } from './context';
import { FactorDialog } from './factor_dialog';
import { standingOf } from './model';
import { OidcPage } from './oidc_page';
import { RoomPage } from './rooms/room_page';
import { RoomsPage } from './rooms/rooms_page';
import { OneSeriesPage, SeriesPage } from './rooms/series_page';
import { SignInPage } from './signin_page';
import { useStore } from './store';
import { SetupPage, WelcomePage } from './welcome_page';

export interface Stores {
  readonly store: Store<Site, SiteAction>;
  readonly commands: SiteCommands;
  readonly meeting: { readonly store: Store<State, Action>; readonly commands: Commands };
  readonly calls: { readonly store: Store<CallsState, CallsAction>; readonly commands: CallCommands };
}

export function Root({ store, commands, meeting, calls }: Stores) {
  const site = useStore(store);
  const state = useStore(calls.store);
  return (
    <SiteContext.Provider value={{ site, commands }}>
      <CallsContext.Provider value={{ calls: state, line: calls.commands }}>
        <CurrentPage key={pageOf(site)} meeting={meeting} />
        <FactorDialog />
        <CallDialogs />
      </CallsContext.Provider>
    </SiteContext.Provider>
  );
}

/** Each visit is a page of its own, but for the parts of one room: its head stays, and the focus on what was pressed. */
function pageOf({ route, visit }: Site): string {
  return route.to === 'room_settings' ? route.room : String(visit);
}

function CurrentPage({ meeting }: Pick<Stores, 'meeting'>) {
  const { site } = useSite();
  switch (standingOf(site)) {
    case 'opening':
      return <OpeningPage />;
    case 'sign_in':
      return <SignInPage back={null} />;
    case 'must':
      return <MustPage />;
    case 'open':
      return <OpenPage meeting={meeting} />;
  }
}

function OpenPage({ meeting }: Pick<Stores, 'meeting'>) {
  const { route } = useSite().site;
  switch (route.to) {
    case 'start':
      return <StartPage />;
    case 'host':
    case 'room':
      return <MeetingRoot store={meeting.store} commands={meeting.commands} />;
    case 'rooms':
      return <RoomsPage />;
    case 'room_settings':
      return <RoomPage id={route.room} part={route.part} />;
    case 'series':
      return route.series === null ? <SeriesPage /> : <OneSeriesPage id={route.series} />;
    case 'admin':
      return <Administration part={route.part} person={route.person} />;
    case 'signin':
      return <SignInPage back={route.back ?? '/'} />;
    case 'account':
      return <AccountPage />;
    case 'contact':
      return <ContactPage />;
    case 'contacts':
      return route.token === null ? <ContactsPage /> : <ContactLinkPage token={route.token} />;
    case 'oidc':
      return <OidcPage provider={route.provider} parameters={route.parameters} />;
    case 'welcome':
      return <WelcomePage token={route.token} />;
    case 'setup':
      return <SetupPage token={route.token} />;
    case 'nowhere':
      return <ProblemPage problem="unknown_page" />;
  }
}

/** An administrator has demanded something of the account. */
function MustPage() {
  const { must } = useSite().site.session ?? { must: [] };
  const text = strings.account.must;
  return (
    <MessagePage name="must" title={text.title} text={must.map((what) => text[what]).join(' ')}>
      <p>{text.lead}</p>
      <p class="actions">
        <a class="button button-primary" data-act="to-account" href="/account">
          <span>{text.go}</span>
        </a>
      </p>
    </MessagePage>
  );
}
