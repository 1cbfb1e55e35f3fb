/* SPDX-License-Identifier: GPL-3.0-or-later */
// Janus's VideoRoom: publishers come by WebRTC and offer; everybody else watches all of them and takes its offer.
import { attach, each, startJanus } from './server.mjs';
import { startPeople } from './people.mjs';

const ROOM = 1;
const configuration = (publishers) => `
room-${ROOM}: { description = "event"; publishers = ${publishers}; audiocodec = "opus"; videocodec = "vp8";
  bitrate = 10000000; notify_joining = false }
`;

/** Resolves to the number by which others ask for what it publishes. */
async function publish(people, who) {
  const handle = await attach('videoroom');
  await handle.say({ request: 'join', ptype: 'publisher', room: ROOM, display: `speaker ${who}` });
  const { plugindata } = await handle.event((event) => event.plugindata?.data.videoroom === 'joined');
  const { offer } = await people.ask(who, { do: 'publish' });
  await handle.say({ request: 'publish' }, { type: 'offer', sdp: offer });
  const { jsep } = await handle.event((event) => event.jsep !== undefined);
  const { candidate } = await people.ask(who, { do: 'answered', answer: jsep.sdp });
  await handle.trickle({ candidate, sdpMid: '0', sdpMLineIndex: 0 });
  await handle.trickle({ completed: true });
  await handle.event((event) => event.janus === 'webrtcup');
  return plugindata.data.id;
}

async function watch(people, who, feeds) {
  const handle = await attach('videoroom');
  await handle.say({ request: 'join', ptype: 'subscriber', room: ROOM, streams: feeds.map((feed) => ({ feed })) });
  const { jsep } = await handle.event((event) => event.jsep !== undefined);
  const { answer } = await people.ask(who, { do: 'answer', offer: jsep.sdp });
  await handle.say({ request: 'start' }, { type: 'answer', sdp: answer });
}

export async function measureRoom({ viewers, seconds, loops, publishers }) {
  const janus = await startJanus('videoroom', configuration(publishers), loops);
  try {
    const people = startPeople(janus.pid, viewers, publishers);
    const feeds = [];
    for (let who = 0; who < publishers; who++) feeds.push(await publish(people, who));
    await each(publishers, publishers + viewers, (who) => watch(people, who, feeds));
    return await people.measure(seconds);
  } finally {
    await janus.stop();
  }
}
