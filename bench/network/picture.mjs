/* SPDX-License-Identifier: GPL-3.0-or-later */
// A picture for Chromium's fake camera (--use-file-for-fake-video-capture) that costs about as many bits as a person before a
// lively background: a texture that wanders, 4 seconds that repeat without a seam.
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';

const FRAMES = 120,
  RATE = 30;

/** Noise between 0 and 1 that repeats after `size` cells, smooth in between. */
function noise(seed, size) {
  const cells = new Float32Array(size * size);
  let state = seed;
  for (let i = 0; i < cells.length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    cells[i] = state / 2 ** 32;
  }
  const at = (x, y) => cells[(y % size) * size + (x % size)];
  const ease = (t) => t * t * (3 - 2 * t);
  return (u, v) => {
    const x = Math.floor(u * size),
      y = Math.floor(v * size);
    const fx = ease(u * size - x),
      fy = ease(v * size - y);
    const top = at(x, y) + (at(x + 1, y) - at(x, y)) * fx;
    const bottom = at(x, y + 1) + (at(x + 1, y + 1) - at(x, y + 1)) * fx;
    return top + (bottom - top) * fy;
  };
}

/** A texture of width × height that repeats in both directions. */
function texture(width, height, seed) {
  const octaves = [4, 16, 64, 160].map((size, i) => ({ sample: noise(seed + i, size), weight: 1 / (i + 1) }));
  const total = octaves.reduce((sum, { weight }) => sum + weight, 0);
  const out = new Uint8Array(width * height);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const value = octaves.reduce((sum, { sample, weight }) => sum + sample(x / width, y / height) * weight, 0);
      out[y * width + x] = 16 + Math.round((value / total) * 219);
    }
  return out;
}

/** Writes the film to a file (Y4M). */
export async function writeFilm(file, width, height) {
  const ground = texture(width, height, 1),
    front = texture(width, height, 2);
  const chroma = Buffer.alloc((width * height) / 4, 118);
  const out = createWriteStream(file);
  out.write(`YUV4MPEG2 W${width} H${height} F${RATE}:1 Ip A1:1 C420\n`);
  for (let f = 0; f < FRAMES; f++) {
    const turn = (2 * Math.PI * f) / FRAMES;
    const shift = Math.round(width / 16 + (width / 16) * Math.sin(turn));
    const [cx, cy] = [width / 2 + (width / 8) * Math.sin(2 * turn), height / 2 + (height / 12) * Math.cos(3 * turn)];
    const luma = Buffer.alloc(width * height);
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) {
        const inFront = ((x - cx) / (height / 4)) ** 2 + ((y - cy) / (height / 2.5)) ** 2 < 1;
        const [px, py] = inFront ? [x - Math.round(cx) + width, y - Math.round(cy) + height] : [x + shift, y];
        luma[y * width + x] = (inFront ? front : ground)[(py % height) * width + (px % width)];
      }
    if (!out.write(Buffer.concat([Buffer.from('FRAME\n'), luma, chroma, chroma]))) await once(out, 'drain');
  }
  out.end();
  await once(out, 'finish');
}
