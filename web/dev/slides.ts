/* SPDX-License-Identifier: GPL-3.0-or-later */
// A shared screen for stories: a drawn slide.

export function slidesStream(): MediaStream {
  const canvas = document.createElement('canvas');
  canvas.width = 1920;
  canvas.height = 1080;
  const pen = canvas.getContext('2d');
  if (pen === null) throw new Error('no canvas');
  const draw = () => {
    pen.fillStyle = '#ffffff';
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.fillStyle = '#0f6b54';
    pen.fillRect(0, 0, canvas.width, 24);
    pen.fillStyle = '#16211d';
    pen.font = '600 96px sans-serif';
    pen.fillText('Quadratic equations', 120, 220);
    pen.font = '400 56px sans-serif';
    ['x² + px + q = 0', 'x = −p/2 ± √(p²/4 − q)', 'Two, one or no solutions'].forEach((line, index) => {
      pen.fillText(`•  ${line}`, 140, 400 + 120 * index);
    });
    pen.strokeStyle = '#c9603f';
    pen.lineWidth = 8;
    pen.beginPath();
    for (let x = -300; x <= 300; x += 10) pen.lineTo(1500 + x, 480 + (x * x) / 190);
    pen.stroke();
  };
  draw();
  setInterval(draw, 200);
  return canvas.captureStream(5);
}
