/* SPDX-License-Identifier: GPL-3.0-or-later */
// The contact form, and what administrators read of it.

export const contact = {
  link: 'Write to who runs this server',
  title: 'Write to who runs this server',
  lead:
    'Your message is read by the administrators of this server, and by nobody else. It is kept for 90 days at most. ' +
    'Write no passwords.',
  formTitle: 'Your message',
  as: (name: string, email: string) => `You write as ${name}, ${email}.`,
  name: 'Your name',
  nameMissing: 'Enter your name.',
  email: 'E-mail address (if you want an answer)',
  emailHint: 'Only the administrators see it.',
  emailWrong: 'This is no e-mail address: one looks like anna@example.org. Or leave it empty.',
  text: 'Message',
  textMissing: 'Write something first.',
  badText: 'There are characters in it that nobody sees. Type it anew.',
  left: (room: number) =>
    `Room for ${room.toLocaleString('en')} more plain letters. Others, such as é or 王, take two to four each.`,
  tooLong: (over: number) => `It is too long by ${over.toLocaleString('en')} letters.`,
  full: 'The administrators have too many messages to read. Try again in some days.',
  send: 'Send',
  sent: 'Your message is with the administrators. If you gave an address, they can answer you there.',
  again: 'Write another',

  inbox: {
    title: 'Messages',
    lead:
      'What people wrote by the contact form, kept for 90 days. Anybody can write anything here: trust no link and no ' +
      'name, and give nobody a password.',
    listTitle: 'All messages',
    none: 'Nobody has written.',
    unread: 'New',
    unreadCount: (many: number) => (many === 1 ? '1 new message' : `${many.toLocaleString('en')} new messages`),
    markRead: 'Mark as read',
    markReadNamed: (name: string) => `Mark as read: the message of ${name}`,
    markUnread: 'Mark as new',
    markUnreadNamed: (name: string) => `Mark as new: the message of ${name}`,
    delete: 'Delete',
    deleteNamed: (name: string) => `Delete the message of ${name}`,
    deleteAsk: (name: string) => `Delete the message of ${name}?`,
    deleteWhat: 'It is gone for all administrators.',
    deleted: 'The message is deleted.',
    noAddress: 'no address given',
    verified: 'has shown that the address is theirs',
    unverified: 'address not verified',
    account: 'to the account',
  },
} as const;
