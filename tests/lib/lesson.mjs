/* SPDX-License-Identifier: GPL-3.0-or-later */
// A stored room of an account, for tests of what its rules do to those who are in.
import { firstAdministrator } from './accounts.mjs';
import { Meeting } from './native.mjs';

export const HOST_NAME = 'Hanna Host';

/**
 * Makes a room of the server's first administrator, who comes in and lets everybody in. Gives {owner (a Browser), room,
 * meeting, host, change(settings)}; `owner` may be given from an earlier lesson.
 */
export async function startLesson(server, { kind = 'open', policy = {}, title = 'Algebra', owner } = {}) {
  owner ??= await firstAdministrator(server, { name: 'Hanna Huber' });
  const { id: room } = await owner.ask('POST', '/api/v1/rooms', { title, kind, policy }, 201);
  const meeting = new Meeting(server);
  meeting.room = room;
  meeting.host = await owner.join(room, HOST_NAME);
  meeting.host.send('hello');
  await meeting.host.next('welcome');
  meeting.host.on('knock', ({ id }) => meeting.host.send('admit', { who: id }));
  const change = (settings) => owner.ask('PATCH', `/api/v1/rooms/${room}`, settings);
  return { owner, room, meeting, host: meeting.host, change };
}

/** Opens a socket of this browser and says hello; what follows is up to the room. */
export async function enter(browser, room, name) {
  const signal = await browser.join(room, name);
  signal.send('hello');
  return signal;
}
