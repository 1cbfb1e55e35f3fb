/* SPDX-License-Identifier: GPL-3.0-or-later */
// That somebody calls, for who does not look at the page: its title, a tone where the browser allows one by itself, and
// a phone's vibration. Nothing here asks for a permission.

const PERIOD_MS = 3000;
const TONES_HZ = [523.25, 659.25];
const TONE_S = 0.35;
const LOUD = 0.12;

function playTones(context: AudioContext): void {
  if (context.state !== 'running') return;
  TONES_HZ.forEach((frequency, i) => {
    const from = context.currentTime + i * TONE_S;
    const tone = new OscillatorNode(context, { frequency });
    const volume = new GainNode(context, { gain: 0 });
    volume.gain.setTargetAtTime(LOUD, from, 0.02);
    volume.gain.setTargetAtTime(0, from + TONE_S * 0.7, 0.05);
    tone.connect(volume).connect(context.destination);
    tone.start(from);
    tone.stop(from + TONE_S + 0.3);
  });
}

/** Rings until the returned function is called. */
export function ring(title: string): () => void {
  const before = document.title;
  // Without a click on the page before it stays silent, and so does this.
  const context = typeof AudioContext === 'function' ? new AudioContext() : null;
  let shown = false;
  const again = () => {
    shown = !shown;
    document.title = shown ? title : before;
  };
  const sound = () => {
    if (context !== null) playTones(context);
    if (navigator.userActivation?.hasBeenActive === true) navigator.vibrate?.([300, 150, 300]);
  };
  again();
  const first = window.setTimeout(sound, 100);
  const titles = window.setInterval(again, 1000);
  const sounds = window.setInterval(sound, PERIOD_MS);
  return () => {
    window.clearTimeout(first);
    window.clearInterval(titles);
    window.clearInterval(sounds);
    navigator.vibrate?.(0);
    void context?.close();
    document.title = before;
  };
}
