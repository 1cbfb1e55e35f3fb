/* SPDX-License-Identifier: GPL-3.0-or-later */
// Janus's streaming plug-in: a source beside it sends plain RTP, viewers take its offer.
import { attach, each, startJanus } from './server.mjs';
import { startPeople } from './people.mjs';

const AUDIO = 18190;
const VIDEO = 18192;
const CONFIGURATION = `
event: { type = "rtp"; id = 1; audio = true; video = true; audioport = ${AUDIO}; audiopt = 111; audiocodec = "opus";
  audiortpmap = "opus/48000/2"; videoport = ${VIDEO}; videopt = 96; videocodec = "vp8"; videortpmap = "VP8/90000" }
`;

async function watch(people, who) {
  const handle = await attach('streaming');
  await handle.say({ request: 'watch', id: 1 });
  const { jsep } = await handle.event((event) => event.jsep !== undefined);
  const { answer } = await people.ask(who, { do: 'answer', offer: jsep.sdp });
  await handle.say({ request: 'start' }, { type: 'answer', sdp: answer });
}

export async function measureStreaming({ viewers, seconds, loops }) {
  const janus = await startJanus('streaming', CONFIGURATION, loops);
  try {
    const people = startPeople(janus.pid, viewers);
    people.send(AUDIO, VIDEO);
    await each(0, viewers, (who) => watch(people, who));
    return await people.measure(seconds);
  } finally {
    await janus.stop();
  }
}
