/* SPDX-License-Identifier: GPL-3.0-or-later */
// A meeting full of people who only signal, around the one page that is looked at: fast, and as many as one likes.
import { Meeting } from './native.mjs';
import { enterLobby, openPage, waitForScreen } from './meeting.mjs';
import { resize } from './pages.mjs';

/** A meeting of the host and `guests` more; the host lets in whoever knocks. `guestAt(i)` is their Person. */
export async function crowdedMeeting(stage, server, guests) {
  const meeting = stage.owns(await Meeting.start(server));
  for (let i = 0; i < guests; i++) await meeting.enter(`Guest ${i + 1}`, `127.0.1.${i + 1}`);
  return { meeting, address: `${server.origin}/m/${meeting.room}`, guestAt: (i) => meeting.people[i] };
}

/** A page in that meeting. Options as of openPage and enterLobby; `size`: of its window. */
export async function comeIn(browser, address, name, { size, prepare, ...options } = {}) {
  const page = await openPage(browser, options);
  await prepare?.(page);
  if (size) await resize(page, size);
  await page.goto(address);
  await enterLobby(page, name, options);
  await waitForScreen(page, 'meeting');
  return { page, name };
}
