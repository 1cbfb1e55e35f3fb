/* SPDX-License-Identifier: GPL-3.0-or-later */
// Which pictures are really to be seen, and how large: those on the page, in front of other windows, and in a recording.

/** Heights in pixels of the screen, not of the page's style. */
export type Heights = ReadonlyMap<MediaStream, number>;

/** Parts of a page that is seen beside the pictures in it. */
export type Place = 'front' | 'recording';

export class ShownPictures {
  readonly #elements = new Map<Element, MediaStream>();
  readonly #inSight = new Set<Element>();
  readonly #elsewhere = new Map<Place, Heights>();
  readonly #resized = new ResizeObserver(() => this.#changed());
  readonly #crossed = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      if (isIntersecting) this.#inSight.add(target);
      else this.#inSight.delete(target);
    }
    this.#changed();
  });
  #onChange: () => void = () => undefined;

  constructor() {
    document.addEventListener('visibilitychange', () => this.#changed());
    document.addEventListener('fullscreenchange', () => this.#changed());
  }

  /** Who is to hear of changes; one at a time. */
  listen(onChange: () => void): void {
    this.#onChange = onChange;
  }

  deaf(): void {
    this.#onChange = () => undefined;
  }

  /** An element that shows the stream. The result ends that. */
  add(element: Element, stream: MediaStream): () => void {
    this.#elements.set(element, stream);
    this.#resized.observe(element);
    this.#crossed.observe(element);
    return () => {
      this.#elements.delete(element);
      this.#inSight.delete(element);
      this.#resized.unobserve(element);
      this.#crossed.unobserve(element);
      this.#changed();
    };
  }

  /** What is seen elsewhere than on the page, whether the page is in sight or not. */
  elsewhere(place: Place, heights: Heights | null): void {
    if (heights === null) this.#elsewhere.delete(place);
    else this.#elsewhere.set(place, heights);
    this.#changed();
  }

  get heights(): Heights {
    const heights = new Map<MediaStream, number>();
    const note = (stream: MediaStream, height: number) =>
      heights.set(stream, Math.max(heights.get(stream) ?? 0, Math.ceil(height)));
    for (const [element, stream] of this.#elements) if (this.#isSeen(element)) note(stream, heightOf(element));
    for (const place of this.#elsewhere.values()) for (const [stream, height] of place) note(stream, height);
    return heights;
  }

  #isSeen(element: Element): boolean {
    const full = document.fullscreenElement;
    return !document.hidden && this.#inSight.has(element) && (full === null || full.contains(element));
  }

  #changed(): void {
    this.#onChange();
  }
}

const heightOf = (element: Element): number => element.getBoundingClientRect().height * window.devicePixelRatio;

/** Of this page. */
export const shownPictures = new ShownPictures();
