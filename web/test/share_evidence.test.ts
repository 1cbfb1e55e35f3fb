/* SPDX-License-Identifier: GPL-3.0-or-later */
// The lines of the security panel about the own screen: from what has happened alone.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { initialState, type State } from '../src/state/model';
import { reduce } from '../src/state/reducer';
import { NO_SHARE, type Freeze, type Picked, type Share } from '../src/state/share';
import { shareEvidenceOf } from '../src/state/share_evidence';

const picture = {} as MediaStream;
const live = (picked: Picked, frozen: Freeze | null = null): Share => ({ at: 'live', picked, sound: false, picture, frozen });
const begun = reduce(initialState, { type: 'you', id: 'me', role: 'participant' });
const after = (...shares: readonly Share[]): State => shares.reduce((state, share) => reduce(state, { type: 'share', share }), begun);
const told = ({ share, meeting }: State) => {
  assert.ok(meeting);
  const { meaning, verdict } = shareEvidenceOf(share, meeting.shareCounts);
  return `${meaning}, ${verdict}`;
};

test('what is shared, and what was', () => {
  assert.equal(told(begun), 'not_shared, good');
  assert.equal(told(after(live('tab'))), 'part_shared, good');
  assert.equal(told(after(live('whole'))), 'whole_shared, fair');
  assert.equal(told(after(live('unknown'))), 'not_told, fair');
  assert.equal(told(after(live('tab'), NO_SHARE)), 'shared_before, good');
  assert.equal(told(after(live('tab'), live('tab', 'surface'))), 'held, good');
});

test('how often: what the person pauses is not held back by the page', () => {
  const { meeting } = after(live('tab'), live('tab', 'person'), live('tab'), live('tab', 'window'), live('tab', 'window'), NO_SHARE);
  assert.deepEqual(meeting?.shareCounts, { live: 1, held: 1, refused: 0, asked: 0 });
});

test('a share without an act of the person, and a request', () => {
  const tried = after({ at: 'choosing', problem: 'no_gesture' }, NO_SHARE);
  assert.equal(told(tried), 'refused, fair');
  const asked = reduce(tried, { type: 'server', message: { type: 'share_asked', by: 'hanna' } });
  assert.equal(asked.meeting?.shareCounts.asked, 1);
});
