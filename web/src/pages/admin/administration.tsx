/* SPDX-License-Identifier: GPL-3.0-or-later */
// Which of the administrators' pages stands at the address.
import type { AdminPart } from '../../app/route';
import { strings } from '../../strings';
import { MessagePage } from '../../views/message_page';
import { useSite } from '../context';
import { isAdministrator } from '../model';
import { OverviewPage } from './admin_page';
import { EmergencyPage } from './emergency_page';
import { KeysPage } from './keys_page';
import { LogPage } from './log_page';
import { MessagesPage } from './messages_page';
import { PeoplePage } from './people_page';
import { PersonPage } from './person_page';
import { AdminRoomsPage } from './rooms_page';
import { SessionsPage } from './sessions_page';
import { SettingsPage } from './settings_page';
import { AdminTicketsPage } from './tickets_page';
import { WebhooksPage } from './webhooks_page';

const PAGES: Readonly<Record<Exclude<AdminPart, 'person'>, () => preact.JSX.Element>> = {
  overview: OverviewPage,
  emergency: EmergencyPage,
  people: PeoplePage,
  rooms: AdminRoomsPage,
  tickets: AdminTicketsPage,
  sessions: SessionsPage,
  keys: KeysPage,
  webhooks: WebhooksPage,
  messages: MessagesPage,
  log: LogPage,
  settings: SettingsPage,
};

interface AdministrationProps {
  readonly part: AdminPart;
  readonly person: string;
}

/** Others see a word, not a page: the server would tell them nothing anyway. */
export function Administration({ part, person }: AdministrationProps) {
  const { site } = useSite();
  const { title, text } = strings.admin.notForYou;
  if (!isAdministrator(site)) return <MessagePage name="not-allowed" title={title} text={text} />;
  if (part === 'person') return <PersonPage key={person} id={person} />;
  const Content = PAGES[part];
  return <Content />;
}
