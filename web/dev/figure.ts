/* SPDX-License-Identifier: GPL-3.0-or-later */
// A camera that shows a drawn person, for stories and for the pictures in the documents.

interface Look {
  readonly wall: readonly [string, string];
  readonly skin: string;
  readonly hair: string;
  readonly shirt: string;
}

const LOOKS: readonly Look[] = [
  { wall: ['#dfe7e3', '#a9bdb4'], skin: '#e8b894', hair: '#3b2a22', shirt: '#1f6f5c' },
  { wall: ['#ece3d4', '#c7b391'], skin: '#8d5a3b', hair: '#1c1512', shirt: '#c9603f' },
  { wall: ['#dde3ee', '#9fb0ca'], skin: '#f0c9aa', hair: '#b98b4e', shirt: '#34507e' },
  { wall: ['#eadfe6', '#bda2b4'], skin: '#c98f6a', hair: '#241a1a', shirt: '#7b4a78' },
  { wall: ['#e4e8dc', '#aab892'], skin: '#6d4530', hair: '#120e0c', shirt: '#d9a441' },
  { wall: ['#dfe9ec', '#93b3bd'], skin: '#f3d3bb', hair: '#7a7f86', shirt: '#2f6c86' },
];

export const FIGURE_WIDTH = 1280;
export const FIGURE_HEIGHT = 720;

function blob(
  pen: CanvasRenderingContext2D,
  colour: string,
  x: number,
  y: number,
  width: number,
  height: number,
): void {
  pen.fillStyle = colour;
  pen.beginPath();
  pen.ellipse(x, y, width, height, 0, 0, Math.PI * 2);
  pen.fill();
}

function room(pen: CanvasRenderingContext2D, [light, dark]: Look['wall'], index: number): void {
  const wall = pen.createLinearGradient(0, 0, FIGURE_WIDTH, FIGURE_HEIGHT);
  wall.addColorStop(0, light);
  wall.addColorStop(1, dark);
  pen.fillStyle = wall;
  pen.fillRect(0, 0, FIGURE_WIDTH, FIGURE_HEIGHT);
  pen.fillStyle = 'rgb(255 255 255 / 35%)';
  const left = index % 2 === 0 ? 110 : 860;
  pen.fillRect(left, 90, 145, 250);
  pen.fillRect(left + 160, 90, 145, 250);
}

/** Draws the person at a moment: the head sways a little and the eyes blink. */
export function drawFigure(pen: CanvasRenderingContext2D, index: number, seconds: number): void {
  const look = LOOKS[index % LOOKS.length] as Look;
  const long = index % 2 === 1;
  const x = FIGURE_WIDTH / 2 + Math.sin(seconds * 0.9 + index) * 12;
  const y = 330 + Math.sin(seconds * 1.3 + index) * 4;
  room(pen, look.wall, index);
  if (long) blob(pen, look.hair, x, y + 50, 172, 235);
  blob(pen, look.shirt, FIGURE_WIDTH / 2, 800, 330, 270);
  pen.fillStyle = look.skin;
  pen.fillRect(x - 52, y + 110, 104, 130);
  blob(pen, look.shirt, x, y + 262, 100, 42);
  blob(pen, look.skin, x, y + 222, 66, 40);
  blob(pen, look.hair, x, y - 40, 148, 150);
  blob(pen, look.skin, x, y + 20, 126, 158);
  pen.fillStyle = look.hair;
  pen.beginPath();
  pen.ellipse(x + ((index % 3) - 1) * 24, y - 96, 128, 62, 0, Math.PI * 0.98, Math.PI * 2.02);
  pen.fill();
  const blinking = (seconds + index) % 4 < 0.15;
  for (const side of [-1, 1]) blob(pen, '#26201d', x + side * 46, y + 14, 9, blinking ? 2 : 11);
  pen.strokeStyle = '#26201d';
  pen.lineWidth = 7;
  pen.lineCap = 'round';
  pen.beginPath();
  pen.arc(x, y + 66, 38, Math.PI * 0.2, Math.PI * 0.8);
  pen.stroke();
}

export function figureStream(index: number): MediaStream {
  const canvas = document.createElement('canvas');
  canvas.width = FIGURE_WIDTH;
  canvas.height = FIGURE_HEIGHT;
  const pen = canvas.getContext('2d');
  if (pen === null) throw new Error('no canvas');
  const draw = () => drawFigure(pen, index, performance.now() / 1000);
  draw();
  setInterval(draw, 66);
  return canvas.captureStream(15);
}
