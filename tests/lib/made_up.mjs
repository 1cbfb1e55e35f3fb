/* SPDX-License-Identifier: GPL-3.0-or-later */
// A picture and a sound that tell whose they are: one colour with a moving bar, and one tone.

/** To be called on a fresh page: gives it window.madeUp: {picture(colour, width, height), sound(hz)}, tracks both. */
export function useMadeUpTracks(page) {
  return page.evaluateOnNewDocument(() => {
    const picture = (colour, width, height) => {
      const canvas = Object.assign(document.createElement('canvas'), { width, height });
      const context = canvas.getContext('2d');
      let frame = 0;
      const draw = () => {
        context.fillStyle = `rgb(${colour.join()})`;
        context.fillRect(0, 0, width, height);
        context.fillStyle = 'black';
        context.fillRect((frame++ * 8) % width, (height * 4) / 9, width / 13, height / 9);
      };
      draw();
      const timer = setInterval(draw, 66);
      const [track] = canvas.captureStream(15).getTracks();
      const stop = track.stop.bind(track);
      track.stop = () => {
        clearInterval(timer);
        stop();
      };
      return track;
    };
    const sound = (hz) => {
      const context = new AudioContext();
      const tone = new OscillatorNode(context, { frequency: hz });
      const out = new MediaStreamAudioDestinationNode(context);
      tone.connect(new GainNode(context, { gain: 0.2 })).connect(out);
      tone.start();
      return out.stream.getTracks()[0];
    };
    window.madeUp = { picture, sound };
  });
}
