/* SPDX-License-Identifier: GPL-3.0-or-later */
// Times of the server, Unix seconds, of which any can come.
import { strings } from '../../strings';
import { locale } from '../../strings/languages';
import { When, whenWords } from '../parts';

/** Beyond this, Date has no text: no clock says so. */
const LATEST_S = 8.64e12;

const clockable = (seconds: number) => Math.min(seconds, LATEST_S);

/** 0: never. */
export function Moment({ at }: { readonly at: number }) {
  return at === 0 ? <>{strings.admin.never}</> : <When at={clockable(at)} />;
}

export const momentText = (seconds: number): string =>
  whenWords(new Date(clockable(seconds) * 1000), Date.now() / 1000);

export const dayText = (seconds: number): string =>
  new Date(clockable(seconds) * 1000).toLocaleDateString(locale, { dateStyle: 'medium' });

export function Day({ at }: { readonly at: number }) {
  return <time dateTime={new Date(clockable(at) * 1000).toISOString()}>{dayText(at)}</time>;
}
