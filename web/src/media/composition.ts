/* SPDX-License-Identifier: GPL-3.0-or-later */
// The picture of a recording: who is on the stage, with their names, the speaker or a screen large.
import { shownPictures } from './shown';
import { gridBoxes, spotlightBoxes, type Box } from '../layout/arrange';

export const WIDTH = 1280;
export const HEIGHT = 720;
export const PICTURES_PER_SECOND = 20;
const GAP = 8;
const AREA = { width: WIDTH - 2 * GAP, height: HEIGHT - 2 * GAP, gap: GAP };
const STRIP = 4;
/** More than these are not readable: the others are heard. */
const GRID = 9;

export interface RecordedTile {
  readonly key: string;
  readonly name: string;
  readonly initials: string;
  readonly stream: MediaStream | null;
  readonly isScreen: boolean;
  readonly speaking: boolean;
}

export class Composition {
  readonly canvas: HTMLCanvasElement;
  readonly #pen: CanvasRenderingContext2D;
  readonly #videos = new Map<MediaStream, HTMLVideoElement>();
  #speaker: string | null = null;
  /** How large each is drawn, as a text that is other when something is. */
  #heights = '';

  constructor() {
    this.canvas = document.createElement('canvas');
    this.canvas.width = WIDTH;
    this.canvas.height = HEIGHT;
    const pen = this.canvas.getContext('2d', { alpha: false });
    if (pen === null) throw new Error('no canvas');
    this.#pen = pen;
  }

  draw(tiles: readonly RecordedTile[]): void {
    this.#follow(tiles);
    this.#speaker = tiles.find(({ speaking }) => speaking)?.key ?? this.#speaker;
    this.#pen.fillStyle = '#0f1513';
    this.#pen.fillRect(0, 0, WIDTH, HEIGHT);
    const placed = arrange(tiles, this.#speaker);
    for (const [tile, box] of placed) this.#drawTile(tile, box);
    this.#tell(placed);
  }

  stop(): void {
    for (const video of this.#videos.values()) video.srcObject = null;
    this.#videos.clear();
    shownPictures.elsewhere('recording', null);
  }

  /** What is recorded is got, whether it is on the screen or not. */
  #tell(placed: readonly (readonly [RecordedTile, Box])[]): void {
    const heights = placed.flatMap(([{ stream }, { height }]) => (stream === null ? [] : [[stream, height] as const]));
    const text = heights.map(([{ id }, height]) => `${id} ${height}`).join();
    if (text === this.#heights) return;
    this.#heights = text;
    shownPictures.elsewhere('recording', new Map(heights));
  }

  #follow(tiles: readonly RecordedTile[]): void {
    const streams = new Set(tiles.map(({ stream }) => stream));
    for (const [stream, video] of this.#videos)
      if (!streams.has(stream)) {
        video.srcObject = null;
        this.#videos.delete(stream);
      }
    for (const stream of streams) if (stream !== null && !this.#videos.has(stream)) this.#videos.set(stream, play(stream));
  }

  #drawTile(tile: RecordedTile, { x, y, width, height }: Box): void {
    const pen = this.#pen;
    const video = tile.stream === null ? undefined : this.#videos.get(tile.stream);
    pen.save();
    pen.translate(GAP + x, GAP + y);
    pen.beginPath();
    pen.rect(0, 0, width, height);
    pen.clip();
    pen.fillStyle = tile.isScreen ? '#000000' : '#1e3a30';
    pen.fillRect(0, 0, width, height);
    if (video !== undefined && video.videoWidth > 0) drawVideo(pen, video, width, height, tile.isScreen);
    else if (!tile.isScreen) drawInitials(pen, tile.initials, width, height);
    drawName(pen, tile.name, width, height);
    if (tile.speaking) {
      pen.strokeStyle = '#66d6b0';
      pen.lineWidth = 6;
      pen.strokeRect(0, 0, width, height);
    }
    pen.restore();
  }
}

function arrange(tiles: readonly RecordedTile[], speaker: string | null): readonly (readonly [RecordedTile, Box])[] {
  const screen = tiles.find(({ isScreen }) => isScreen);
  const big = screen ?? (tiles.length > GRID ? (tiles.find(({ key }) => key === speaker) ?? tiles[0]) : undefined);
  if (big === undefined) return zip(tiles, gridBoxes(AREA, tiles.length));
  const others = tiles.filter((tile) => tile !== big);
  // Whoever speaks is in the strip.
  const order = [...others].sort((a, b) => Number(b.key === speaker) - Number(a.key === speaker)).slice(0, STRIP);
  const boxes = spotlightBoxes(AREA, order.length, order.length, big.isScreen);
  return [[big, boxes.big], ...zip(order, boxes.strip)];
}

function zip(tiles: readonly RecordedTile[], boxes: readonly Box[]): (readonly [RecordedTile, Box])[] {
  return tiles.flatMap((tile, index) => {
    const box = boxes[index];
    return box === undefined ? [] : [[tile, box] as const];
  });
}

function play(stream: MediaStream): HTMLVideoElement {
  const video = document.createElement('video');
  video.muted = true;
  video.playsInline = true;
  video.srcObject = stream;
  void video.play().catch(() => undefined);
  return video;
}

/** A camera fills its tile, a screen is seen whole. */
function drawVideo(pen: CanvasRenderingContext2D, video: HTMLVideoElement, width: number, height: number, whole: boolean) {
  const scales = [width / video.videoWidth, height / video.videoHeight] as const;
  const scale = whole ? Math.min(...scales) : Math.max(...scales);
  const drawn = [video.videoWidth * scale, video.videoHeight * scale] as const;
  pen.drawImage(video, (width - drawn[0]) / 2, (height - drawn[1]) / 2, ...drawn);
}

const FONT = 'ui-sans-serif, system-ui, sans-serif';

function drawInitials(pen: CanvasRenderingContext2D, initials: string, width: number, height: number): void {
  pen.fillStyle = '#dff0e8';
  pen.font = `600 ${Math.round(height / 4)}px ${FONT}`;
  pen.textAlign = 'center';
  pen.textBaseline = 'middle';
  pen.fillText(initials, width / 2, height / 2);
}

function drawName(pen: CanvasRenderingContext2D, name: string, width: number, height: number): void {
  pen.font = `560 20px ${FONT}`;
  pen.textAlign = 'left';
  pen.textBaseline = 'middle';
  const drawn = Math.min(pen.measureText(name).width, width - 40);
  pen.fillStyle = 'rgb(10 15 13 / 78%)';
  pen.fillRect(8, height - 42, drawn + 20, 34);
  pen.fillStyle = '#f3f7f4';
  pen.fillText(name, 18, height - 24, width - 40);
}
