/* SPDX-License-Identifier: GPL-3.0-or-later */
// What stands in the document itself, for search, for before the program runs and for browsers that don't run it.

export const page = {
  description: 'Private video meetings on your own server.',
  noScriptTitle: 'Testudo needs JavaScript',
  noScriptText:
    'Meetings run in your browser, and that takes JavaScript. Please allow it for this page and load it again. ' +
    'Everything the page runs comes from this server alone.',
  notStartedTitle: 'This page has not started',
  notStartedText:
    'A part of it has not arrived, or your browser has refused it because it is not the one that belongs to this page. ' +
    'Load the page again. If this stays, don’t use this server now, and tell the people who run it: “testudo assets ' +
    '--check” names the file that was changed.',
  offlineTitle: 'There is no connection',
  offlineText:
    'Your device does not reach the server now, so there are no meetings and nothing can be changed. Nothing was lost: ' +
    'when you are connected again, go on from here.',
  offlineAgain: 'Try again',
  languages: 'Language',
} as const;
