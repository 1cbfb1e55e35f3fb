/* SPDX-License-Identifier: GPL-3.0-or-later */
// What stands in the document itself, for search, for before the program runs and for browsers that don't run it.

export const page = {
  description: 'Private video meetings on your own server.',
  noScriptTitle: 'Testudo needs JavaScript',
  noScriptText:
    'Meetings run in your browser, and that takes JavaScript. Please allow it for this page and load it again. ' +
    'Everything the page runs comes from this server alone.',
  languages: 'Language',
} as const;
