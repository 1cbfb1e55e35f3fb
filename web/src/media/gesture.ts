/* SPDX-License-Identifier: GPL-3.0-or-later */
// The one way to a camera, a microphone or a screen: by a person's own act (B9, A10). A script that runs by itself has
// none, also where the browser has granted the permission for good.
//
//   const gesture = takeGesture();                  // at once in the handler of the click; throws NoGesture
//   const stream = await openDevices(gesture, …);   // as often as this one act needs it

declare const brand: unique symbol;
/** That a person has acted. Only takeGesture makes it. */
export interface Gesture {
  readonly [brand]: true;
}

/** Nobody has clicked, tapped or typed within the last seconds. */
export class NoGesture extends Error {
  constructor() {
    super('capture was asked for without an act of the person');
    this.name = 'NoGesture';
  }
}

type Open<Options> = (options?: Options) => Promise<MediaStream>;

const taken = new WeakSet<Gesture>();
/** The browser's own functions, which nothing else on the page reaches or replaces once they are sealed. */
const browser: {
  devices: Open<MediaStreamConstraints> | null;
  screen: Open<DisplayMediaStreamOptions> | null;
  acted: () => boolean;
} = {
  devices: null,
  screen: null,
  acted: () => navigator.userActivation?.isActive === true,
};

/** Whether the person has acted within the last seconds, as the browser itself tells: no script can pretend it. */
export function hasGesture(): boolean {
  return browser.acted();
}

export function takeGesture(): Gesture {
  if (!hasGesture()) throw new NoGesture();
  const gesture = Object.freeze({}) as Gesture;
  taken.add(gesture);
  return gesture;
}

/** The browser's own answer, asked past whatever a script may put in its place later. */
function ownAnswer(): () => boolean {
  const activation = navigator.userActivation;
  const answer = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(activation ?? {}), 'isActive')?.get;
  return answer === undefined ? () => false : (answer.bind(activation) as () => boolean);
}

function demand(gesture: Gesture): void {
  if (!taken.has(gesture)) throw new NoGesture();
}

function missing(): DOMException {
  return new DOMException('this browser has no such device', 'NotFoundError');
}

/** getUserMedia, with its errors; and NoGesture. */
export async function openDevices(gesture: Gesture, constraints: MediaStreamConstraints): Promise<MediaStream> {
  demand(gesture);
  const open = browser.devices ?? navigator.mediaDevices?.getUserMedia.bind(navigator.mediaDevices);
  if (open === undefined) throw missing();
  return open(constraints);
}

/** getDisplayMedia, with its errors; and NoGesture. */
export async function openScreen(gesture: Gesture, options: DisplayMediaStreamOptions): Promise<MediaStream> {
  demand(gesture);
  const open = browser.screen ?? navigator.mediaDevices?.getDisplayMedia?.bind(navigator.mediaDevices);
  if (open === undefined) throw missing();
  return open(options);
}

function seal(of: object, name: string, open: (...given: never[]) => unknown): void {
  for (const place of [of, Object.getPrototypeOf(of) as object])
    if (name in place) Object.defineProperty(place, name, { value: open, writable: false, configurable: false });
}

/** For any other script on the page: nothing opens without an act of the person. */
function guarded<Options>(open: Open<Options>): Open<Options> {
  return (options) => (hasGesture() ? open(options) : Promise.reject(new DOMException('no gesture', 'NotAllowedError')));
}

/** Frames would bring browser functions of their own. This page has none; one that a script adds is gone before it can
 * open anything. */
function removeFrames(records: readonly MutationRecord[]): void {
  for (const { addedNodes } of records)
    for (const node of addedNodes) {
      if (!(node instanceof Element)) continue;
      const FRAMES = 'iframe, frame, object, embed';
      if (node.matches(FRAMES)) node.remove();
      for (const frame of node.querySelectorAll(FRAMES)) frame.remove();
    }
}

/** To be called once, before anything else runs on the page. */
export function sealCapture(): void {
  const devices = navigator.mediaDevices;
  browser.acted = ownAnswer();
  if (devices === undefined) return;
  browser.devices = devices.getUserMedia.bind(devices);
  seal(devices, 'getUserMedia', guarded(browser.devices));
  if ('getDisplayMedia' in devices) {
    browser.screen = devices.getDisplayMedia.bind(devices);
    seal(devices, 'getDisplayMedia', guarded(browser.screen));
  }
  // The forms of them that came before mediaDevices.
  for (const name of ['getUserMedia', 'webkitGetUserMedia', 'mozGetUserMedia'])
    seal(navigator, name, () => undefined);
  Object.defineProperty(Element.prototype, 'attachShadow', { value: undefined, writable: false, configurable: false });
  new MutationObserver(removeFrames).observe(document, { childList: true, subtree: true });
}
