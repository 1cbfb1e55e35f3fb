/* SPDX-License-Identifier: GPL-3.0-or-later */
// The browser's small window in front of all others, with the picture of who speaks. It has no document of its own: a
// page's window there would need the right to open windows, which this page has given up (A10).
import { shownPictures } from '../media/shown';
import type { State } from '../state/model';
import type { Action } from '../state/reducer';
import type { Store } from '../state/store';
import { frontStream } from '../state/tiles';

export function canStayInFront(): boolean {
  return document.pictureInPictureEnabled === true && 'requestPictureInPicture' in HTMLVideoElement.prototype;
}

export class PictureInFront {
  readonly #store: Store<State, Action>;
  #video: HTMLVideoElement | null = null;
  #window: PictureInPictureWindow | null = null;
  #forget: () => void = () => undefined;

  constructor(store: Store<State, Action>) {
    this.#store = store;
  }

  /** False: there is no picture to show. To be called from a click. */
  async toggle(): Promise<boolean> {
    if (this.#video !== null) {
      this.#close();
      return true;
    }
    const stream = frontStream(this.#store.get(), null);
    if (stream === null) return false;
    const video = document.createElement('video');
    this.#video = video;
    video.muted = true;
    video.playsInline = true;
    video.srcObject = stream;
    video.addEventListener('leavepictureinpicture', () => this.#closed(video));
    try {
      await video.play();
      this.#window = await video.requestPictureInPicture();
      this.#window.addEventListener('resize', () => this.#tellSize());
    } catch (error) {
      console.error('picture in picture:', error);
      this.#closed(video);
      return false;
    }
    this.#store.dispatch({ type: 'pip', open: true });
    this.#tellSize();
    this.#forget = this.#store.subscribe(() => this.#follow());
    return true;
  }

  /** Whoever speaks now; while nobody's picture is on, the last one stays. */
  #follow(): void {
    const video = this.#video;
    if (video === null) return;
    const state = this.#store.get();
    if (state.meeting === null) return this.#close();
    const shown = video.srcObject instanceof MediaStream ? video.srcObject : null;
    const stream = frontStream(state, shown);
    if (stream === null || stream === shown) return;
    video.srcObject = stream;
    void video.play().catch(() => undefined);
    this.#tellSize();
  }

  /** It is got for as long as it stands there, also while the page is out of sight. */
  #tellSize(): void {
    const stream = this.#video?.srcObject;
    if (!(stream instanceof MediaStream) || this.#window === null) return;
    shownPictures.elsewhere('front', new Map([[stream, this.#window.height * window.devicePixelRatio]]));
  }

  #close(): void {
    if (document.pictureInPictureElement === this.#video) void document.exitPictureInPicture().catch(() => undefined);
    if (this.#video !== null) this.#closed(this.#video);
  }

  #closed(video: HTMLVideoElement): void {
    video.srcObject = null;
    if (video !== this.#video) return;
    this.#video = this.#window = null;
    shownPictures.elsewhere('front', null);
    this.#forget();
    this.#store.dispatch({ type: 'pip', open: false });
  }
}
