/* SPDX-License-Identifier: GPL-3.0-or-later */
import type { ComponentChildren } from 'preact';
import { readServer, type ServerOffer } from '../api/session';
import { useSite } from './context';
import { WhenLoaded } from './parts';
import { useLoaded } from './task';

/** What the server offers; asked for again where it could not be had at first. */
export function WithOffer({ children }: { readonly children: (offer: ServerOffer) => ComponentChildren }) {
  const { site } = useSite();
  return site.offer === null ? <LateOffer>{children}</LateOffer> : <>{children(site.offer)}</>;
}

function LateOffer({ children }: { readonly children: (offer: ServerOffer) => ComponentChildren }) {
  const { openApi } = useSite().commands;
  return <WhenLoaded of={useLoaded(() => readServer(openApi))}>{children}</WhenLoaded>;
}
