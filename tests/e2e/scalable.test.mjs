/* SPDX-License-Identifier: GPL-3.0-or-later */
// A camera in one stream of several sizes (VP9, AV1): what a viewer gets follows the size at which his page shows it, and
// the picture stays whole; and where somebody cannot decode it, all get the usual one.
import assert from 'node:assert/strict';
import { hostMeeting, join, seesColour } from '../lib/meeting.mjs';
import { LARGE, SMALL, gets, resize } from '../lib/sizes.mjs';
import { staged } from '../lib/stage.mjs';

const ADA = { colour: [200, 60, 60], hz: 500, width: 640, height: 360 };

/** `times`: how often the picture gets small or large again. */
const followsWhatIsShown = (format, codec, times) =>
  staged(`a camera in ${codec}: the size that is got follows the size that is shown`, async (stage) => {
    const server = await stage.server();
    const [ada, lena] = await stage.browsers('chromium', 'chromium');
    const host = await hostMeeting(ada, server, 'Ada', { devices: ADA, preferences: { format } });
    const guest = await join(lena, host, 'Lena', { media: false });
    await guest.page.setViewport(LARGE);
    const whole = await gets(guest, 'a large picture', ({ height }) => height >= 360, host);
    assert.equal(whole.codec, `video/${codec}`);
    const steps = [
      [SMALL, 'a small picture', (height) => height < whole.height],
      [LARGE, 'a large picture again', (height) => height === whole.height],
      [SMALL, 'a small picture again', (height) => height < whole.height],
    ];
    for (const [window, what, fits] of steps.slice(0, times)) {
      const before = await resize(guest, window);
      const after = await gets(guest, what, ({ height, frames }) => fits(height) && frames > before + 20, host);
      assert.equal(after.codec, `video/${codec}`);
      await seesColour(guest, 'Ada', ADA.colour);
    }
  });

followsWhatIsShown('vp9', 'VP9', 3);
followsWhatIsShown('av1', 'AV1', 2);

staged('somebody comes who cannot decode VP9 in several sizes: all get VP8', async (stage) => {
  const server = await stage.server();
  const [ada, lena, finn] = await stage.browsers('chromium', 'chromium', 'firefox');
  const host = await hostMeeting(ada, server, 'Ada', { devices: ADA, preferences: { format: 'vp9' } });
  const guest = await join(lena, host, 'Lena', { media: false });
  await gets(guest, 'VP9', ({ codec }) => codec === 'video/VP9');
  const other = await join(finn, host, 'Finn', { media: false });
  await seesColour(other, 'Ada', ADA.colour);
  await gets(guest, 'VP8', ({ codec }) => codec === 'video/VP8');
  await seesColour(guest, 'Ada', ADA.colour);
});
