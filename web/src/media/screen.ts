/* SPDX-License-Identifier: GPL-3.0-or-later */
// The own screen (A10). Every step that shows more than before is an act of the person: opening the browser's question,
// going live, going on after a pause. Between the browser's answer and "live" the picture is on no sender.
import {
  doubtAbout,
  isAnotherSurface,
  maybeWhole,
  NO_SHARE,
  pickedOf,
  type Freeze,
  type Share,
  type ShareProblem,
  type Surface,
  type SurfaceFacts,
} from '../state/share';
import { NoGesture, openScreen, takeGesture, type Gesture } from './gesture';
import { onWindowOpened } from './opened';

/** How often it is looked whether the surface is still the same: not every browser tells by an event. */
const WATCH_MS = 500;

/** Of getDisplayMedia (W3C screen-capture); what a browser does not know it ignores. */
interface ScreenOptions extends DisplayMediaStreamOptions {
  readonly selfBrowserSurface: 'exclude';
  readonly surfaceSwitching: 'exclude';
  readonly systemAudio: 'include' | 'exclude';
  readonly windowAudio: 'window' | 'exclude';
  readonly monitorTypeSurfaces: 'include' | 'exclude';
  readonly controller?: object;
}

interface FocusController {
  setFocusBehavior(behavior: 'no-focus-change'): void;
}

type Supported = MediaTrackSupportedConstraints & { readonly restrictOwnAudio?: boolean };

export interface ScreenEvents {
  /** Whether the whole screen may be shown here. */
  readonly mayShowWhole: () => boolean;
  readonly onChange: (share: Share) => void;
  /** What is sent has changed (track()), and what there is to say of it. */
  readonly onSent: () => void;
  /** The browser's own button or the shared window has ended it. */
  readonly onEnded: () => void;
}

/** Whether this browser can share a screen at all: those of phones can't. */
export function canShareScreen(): boolean {
  return typeof navigator.mediaDevices?.getDisplayMedia === 'function';
}

/** What this browser lets one pick. Only those with a CaptureController share tabs. */
export function surfacesOffered(): readonly Surface[] {
  return 'CaptureController' in globalThis ? ['tab', 'window', 'whole'] : ['window', 'whole'];
}

/** Without restrictOwnAudio the sound of a whole screen is that of this meeting, too: an echo. */
export function mayShareSound(surface: Surface): boolean {
  if (surface !== 'whole') return 'CaptureController' in globalThis;
  const supported: Supported = navigator.mediaDevices.getSupportedConstraints();
  return supported.restrictOwnAudio === true;
}

const NAMES = { tab: 'browser', window: 'window', whole: 'monitor' } as const;

function optionsFor(wanted: Surface, sound: boolean, controller: object | null): ScreenOptions {
  const audio = {
    echoCancellation: false,
    noiseSuppression: false,
    autoGainControl: false,
    suppressLocalAudioPlayback: false,
    restrictOwnAudio: true,
  };
  return {
    video: { displaySurface: NAMES[wanted], frameRate: { ideal: 15, max: 30 } },
    audio: sound ? audio : false,
    selfBrowserSurface: 'exclude',
    surfaceSwitching: 'exclude',
    systemAudio: sound && wanted === 'whole' ? 'include' : 'exclude',
    windowAudio: sound && wanted === 'window' ? 'window' : 'exclude',
    monitorTypeSurfaces: wanted === 'whole' ? 'include' : 'exclude',
    ...(controller === null ? {} : { controller }),
  };
}

/** The focus stays here, where the preview is. */
function focusStaysHere(): object | null {
  const { CaptureController } = globalThis as { CaptureController?: new () => FocusController };
  if (CaptureController === undefined) return null;
  const controller = new CaptureController();
  try {
    controller.setFocusBehavior('no-focus-change');
  } catch {
    /* this version takes it only later: the focus goes where it goes */
  }
  return controller;
}

function problemOf(error: unknown): ShareProblem | null {
  if (error instanceof NoGesture) return 'no_gesture';
  const name = error instanceof DOMException ? error.name : '';
  if (name === 'AbortError') return null;
  return name === 'NotAllowedError' ? 'denied' : 'unexpected';
}

export class OwnScreen {
  readonly #events: ScreenEvents;
  #share: Share = NO_SHARE;
  #picture: MediaStreamTrack | null = null;
  #sound: MediaStreamTrack | null = null;
  #facts: SurfaceFacts = {};
  #timer: number | undefined;
  /** Counts what was picked: an answer of the browser that comes after a "cancel" is nobody's any more. */
  #picks = 0;

  constructor(events: ScreenEvents) {
    this.#events = events;
    onWindowOpened(() => this.#freeze('window'));
  }

  get share(): Share {
    return this.#share;
  }

  /** What is sent: nothing before it is live, nothing while it is frozen. */
  track(source: 'screen' | 'screen_sound'): MediaStreamTrack | null {
    if (this.#share.at !== 'live' || this.#share.frozen !== null) return null;
    return source === 'screen' ? this.#picture : this.#sound;
  }

  /** Asks what to show, in our own words. */
  open(): void {
    if (this.#share.at === 'off') this.#set({ at: 'choosing', problem: null });
  }

  /** The whole screen is asked about once more; anything else is the browser's question now. */
  choose(wanted: Surface, sound: boolean): void {
    if (this.#share.at !== 'choosing') return;
    if (wanted === 'whole' && !this.#events.mayShowWhole()) this.#forbid();
    else if (wanted === 'whole') this.#set({ at: 'sure', sound });
    else this.#pick(wanted, sound);
  }

  /** The second yes to the whole screen. */
  confirmWhole(): void {
    if (this.#share.at === 'sure') this.#pick('whole', this.#share.sound);
  }

  /** Back to the first question. */
  chooseAgain(): void {
    if (this.#share.at === 'off' || this.#share.at === 'live') return;
    this.#close();
    this.#set({ at: 'choosing', problem: null });
  }

  /** It is the whole screen, and that is meant. Nothing is shown yet. */
  acceptDoubt(): void {
    if (this.#share.at === 'preview') this.#set({ ...this.#share, doubt: null });
  }

  /** The person has looked at it. */
  goLive(): void {
    const { at } = this.#share;
    if (at !== 'preview' || this.#share.doubt !== null || !this.#acted()) return;
    const { picked, sound, picture } = this.#share;
    this.#facts = this.#factsNow();
    this.#set({ at: 'live', picked, sound, picture, frozen: null });
    this.#timer = window.setInterval(() => this.#look(), WATCH_MS);
    this.#events.onSent();
  }

  pause(): void {
    this.#freeze('person');
  }

  /** The person has looked at it again. */
  goOn(): void {
    if (this.#share.at !== 'live' || this.#share.frozen === null || !this.#acted()) return;
    this.#facts = this.#factsNow();
    if (this.#isForbidden(this.#facts)) {
      this.#forbid();
      return this.#events.onSent();
    }
    const picked = pickedOf(this.#facts);
    const { picked: before, ...rest } = this.#share;
    const { sound, picture } = rest;
    // Out of something smaller became the whole screen: that is asked about as if it had been picked.
    if (picked === 'whole' && before !== 'whole') {
      window.clearInterval(this.#timer);
      if (this.#picture !== null) this.#picture.contentHint = 'detail';
      this.#set({ at: 'preview', wanted: 'tab', picked, sound, picture, doubt: 'whole_instead' });
    } else this.#set({ ...rest, picked, frozen: null });
    this.#events.onSent();
  }

  /** Text is to be sharp, a film smooth: where there is not room for both, the browser goes by it. */
  setMoving(moving: boolean): void {
    if (this.#share.at !== 'live' || this.#picture === null) return;
    this.#picture.contentHint = moving ? 'motion' : 'detail';
    // It goes on as it is where the browser has no more pictures to give.
    void this.#picture.applyConstraints({ frameRate: { ideal: moving ? 30 : 15, max: 30 } }).catch(() => undefined);
    this.#set({ ...this.#share, moving });
    this.#events.onSent();
  }

  /** At any time; safe more than once. */
  stop(): void {
    const wasLive = this.#share.at === 'live';
    this.#close();
    if (this.#share.at !== 'off') this.#set(NO_SHARE);
    if (wasLive) this.#events.onSent();
  }

  #pick(wanted: Surface, sound: boolean): void {
    try {
      const gesture = takeGesture();
      this.#set({ at: 'picking', wanted });
      void this.#ask(gesture, wanted, sound && mayShareSound(wanted));
    } catch (error) {
      this.#set({ at: 'choosing', problem: problemOf(error) });
    }
  }

  async #ask(gesture: Gesture, wanted: Surface, sound: boolean): Promise<void> {
    const pick = ++this.#picks;
    try {
      const stream = await openScreen(gesture, optionsFor(wanted, sound, focusStaysHere()));
      if (pick === this.#picks) this.#take(stream, wanted);
      else for (const track of stream.getTracks()) track.stop();
    } catch (error) {
      if (pick === this.#picks) this.#set({ at: 'choosing', problem: problemOf(error) });
    }
  }

  #take(stream: MediaStream, wanted: Surface): void {
    const [picture] = stream.getVideoTracks();
    if (picture === undefined) return this.#set({ at: 'choosing', problem: 'unexpected' });
    this.#picture = picture;
    this.#sound = stream.getAudioTracks()[0] ?? null;
    picture.contentHint = 'detail';
    if (this.#sound !== null) this.#sound.contentHint = 'music';
    picture.onended = () => {
      this.stop();
      this.#events.onEnded();
    };
    picture.onmute = () => this.#freeze('picture');
    // Not every browser has it, nor does TypeScript (W3C mediacapture-extensions).
    picture.addEventListener('configurationchange', () => this.#look());
    const facts = this.#factsNow();
    if (this.#isForbidden(facts)) return this.#forbid();
    this.#set({
      at: 'preview',
      wanted,
      picked: pickedOf(facts),
      sound: this.#sound !== null,
      picture: new MediaStream([picture]),
      doubt: doubtAbout(wanted, facts, window.screen, window.devicePixelRatio),
    });
  }

  #isForbidden(facts: SurfaceFacts): boolean {
    return !this.#events.mayShowWhole() && maybeWhole(facts, window.screen, window.devicePixelRatio);
  }

  /** What was picked ends at once, and the first question says why. */
  #forbid(): void {
    this.#close();
    this.#set({ at: 'choosing', problem: 'whole_forbidden' });
  }

  #factsNow(): SurfaceFacts {
    return this.#picture?.getSettings() ?? {};
  }

  /** Whether others still see what the person has agreed to show. */
  #look(): void {
    if (this.#share.at === 'live' && isAnotherSurface(this.#facts, this.#factsNow())) this.#freeze('surface');
  }

  /** At once, before anything else: the picture leaves the sender, and the server is told to let nothing through. */
  #freeze(why: Freeze): void {
    if (this.#share.at !== 'live' || this.#share.frozen !== null) return;
    this.#set({ ...this.#share, frozen: why });
    this.#events.onSent();
  }

  #acted(): boolean {
    try {
      takeGesture();
      return true;
    } catch {
      return false;
    }
  }

  #close(): void {
    this.#picks++;
    window.clearInterval(this.#timer);
    for (const track of [this.#picture, this.#sound]) {
      if (track === null) continue;
      track.onended = track.onmute = null;
      track.stop();
    }
    this.#picture = this.#sound = null;
  }

  #set(share: Share): void {
    this.#share = share;
    this.#events.onChange(share);
  }
}
