/* SPDX-License-Identifier: GPL-3.0-or-later */

/** Firefox begins the download after the click has returned. */
const KEPT_MS = 60_000;

/** Gives the person a file that the page has made itself; nothing of it goes over the network. */
export function saveFile(name: string, type: string, text: string): void {
  saveBlob(name, new Blob([text], { type }));
}

/** The same of a file that may be large: it is copied from where it lies. */
export function saveBlob(name: string, blob: Blob): void {
  const address = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.hidden = true;
  document.body.append(link);
  link.click();
  link.remove();
  window.setTimeout(() => URL.revokeObjectURL(address), KEPT_MS);
}
