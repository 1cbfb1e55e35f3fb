/* SPDX-License-Identifier: GPL-3.0-or-later */
import { readAll } from '../../api/lists';
import { listSeries, type Series } from '../../api/rooms';
import { useSite } from '../context';
import { useLoaded } from '../task';

/** More than this is no list to choose from. */
const CHOOSABLE = 400;

/** The own series, to choose one. A failure leaves the choice out: rooms work without. */
export function useSeries(): readonly Series[] {
  const { api } = useSite().commands;
  return useLoaded(() => readAll((offset, most) => listSeries(api, offset, { all: false, most }), CHOOSABLE)).value?.items ?? [];
}
