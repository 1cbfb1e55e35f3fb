/* SPDX-License-Identifier: GPL-3.0-or-later */
// What is read on the pages about who one is: signing in, the own account, and the frame of all these pages.

export const account = {
  nav: {
    label: 'Main',
    rooms: 'My rooms',
    account: 'Account',
    admin: 'Administration',
    signIn: 'Sign in',
    signOut: 'Sign out',
  },
  skip: 'Skip to the content',
} as const;
