/* SPDX-License-Identifier: GPL-3.0-or-later */
// The contact form, and what administrators read, with what the ill-disposed type.
import { administrator, member, type PageStory } from './page_story';

const NOW = Math.floor(Date.now() / 1000);
const idOf = (number: number) => `Id${String(number).padStart(20, '0')}`;

const LETTERS: readonly (readonly [name: string, email: string, text: string])[] = [
  ['Ana Horvat', 'ana.horvat@example.org', 'Good morning,\n\nmay our choir meet here on Mondays?\n\nAna'],
  ['نور الهدى بن عبد الله', '', 'السلام عليكم، لا أستطيع الدخول إلى اجتماع أولياء الأمور.'],
  ['<img src=x onerror=alert(1)>', 'x@example.net', '<script>alert(1)</script>\n' + 'https://evil.example/'.repeat(12)],
];
const messages = LETTERS.map(([name, email, text], index) => ({
  id: idOf(index + 1),
  account: index === 0 ? idOf(2) : null,
  time: NOW - index * 40_000 - 600,
  name,
  email,
  email_verified: index === 0,
  text,
  read: index === 2,
}));

const TEXT = ['contact-text', 'May our choir use this server?'] as const;
const typed = [{ type: ['contact-name', 'Ana'] }, { type: TEXT }] as const;
const sent = { 'POST /api/v1/messages': {} };
const asAdministrator = (answer: object): PageStory => ({
  path: '/admin/messages',
  site: { session: administrator },
  answers: { 'GET /api/v1/messages': answer },
});

export const contactStories: Readonly<Record<string, PageStory>> = {
  contact: { path: '/contact' },
  'contact-account': { path: '/contact', site: { session: member }, steps: [{ type: TEXT }] },
  'contact-wrong': { path: '/contact', steps: [{ type: TEXT }, { press: 'contact-send' }] },
  'contact-long': { path: '/contact', steps: [{ type: ['contact-text', 'x'.repeat(2017)] }] },
  'contact-full': {
    path: '/contact',
    answers: { 'POST /api/v1/messages': { refused: 503, code: 'server_full' } },
    steps: [...typed, { press: 'contact-send' }],
  },
  'contact-sent': { path: '/contact', answers: sent, steps: [...typed, { press: 'contact-send' }] },
  'admin-messages': asAdministrator({ messages, more: false, unread: 2 }),
  'admin-messages-none': asAdministrator({ messages: [], more: false, unread: 0 }),
};
