/* SPDX-License-Identifier: GPL-3.0-or-later */
// An event of a few seconds, played by `testudo load event`, in which everybody must get everything.
import assert from 'node:assert/strict';
import { loadEvent, nameSpeakers, openEvent } from './load.mjs';

// Half of a browser's rate: this machine may have other things to do.
const ARGS = ['--pictures', 2, '--frames', 15, '--packets', 1, '--verify', 1, '--over', 8, '--stay', 6, '--patience', 60];

/** Everybody is in, and has pictures and voices, decrypted and compared byte by byte. */
export async function holdsSmallEvent(server, owner, { viewers, speakers }) {
  const room = await openEvent(owner);
  const file = await nameSpeakers(server, owner, room, speakers);
  const { report, output } = await loadEvent(server, room, { speakers: file, viewers, args: ARGS });
  assert.ok(report !== null, output);
  const { people, media } = report;
  assert.equal(people.in, viewers + speakers, output);
  assert.equal(media.flowing, viewers + speakers, output);
  assert.equal(media.without_picture, 0, output);
  assert.equal(media.foreign + media.wrong_key, 0, output);
  assert.ok(media.verified > viewers * 100, output);
  // What a busy machine drops of a burst comes again or is counted.
  assert.ok(media.lost < media.packets / 100, output);
  // A crowd's wish for a key frame is one wish.
  assert.ok(media.key_frames < speakers * 60, output);
}
