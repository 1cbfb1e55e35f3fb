/* SPDX-License-Identifier: GPL-3.0-or-later */
// What a browser lists of devices, and what changes in it when one is plugged in or pulled out. Pure.
import type { Device, OfferedDevice } from '../state/model';

/** The parts of MediaDeviceInfo that count. */
export type Listed = Pick<MediaDeviceInfo, 'deviceId' | 'groupId' | 'kind' | 'label'>;

/** Chromium's names for "what the system uses": no devices of their own. */
const ALIASES: readonly string[] = ['default', 'communications'];

/** Devices without an id are those that the page may not tell apart yet. */
export function devicesOf(all: readonly Listed[], kind: MediaDeviceKind): Device[] {
  return all
    .filter((info) => info.kind === kind && info.deviceId !== '')
    .map(({ deviceId, label }) => ({ id: deviceId, label }));
}

export function labelOf(all: readonly Listed[], id: string | null): string | null {
  const label = all.find(({ deviceId }) => deviceId === id)?.label ?? '';
  return label === '' ? null : label;
}

const isDevice = ({ deviceId }: Listed): boolean => deviceId !== '' && !ALIASES.includes(deviceId);

/** What is in `after` and was not in `before`: a headset's microphone and loudspeaker as one. null: nothing that can be
 * told, as when the names become known for the first time. */
export function pluggedIn(before: readonly Listed[], after: readonly Listed[]): OfferedDevice | null {
  const known = before.filter(isDevice);
  const kinds = new Set(known.map(({ kind }) => kind));
  const fresh = after.filter(
    (info) => isDevice(info) && kinds.has(info.kind) && !known.some((old) => old.deviceId === info.deviceId),
  );
  const [first] = fresh;
  if (first === undefined || first.label === '') return null;
  const ofKind = (kind: MediaDeviceKind): string | null => {
    const found = fresh.find((info) => info.kind === kind && info.groupId === first.groupId);
    return found?.deviceId ?? null;
  };
  return {
    label: first.label,
    mic: ofKind('audioinput'),
    speaker: ofKind('audiooutput'),
    camera: ofKind('videoinput'),
  };
}

/** Whether what was offered can still be used. */
export function stillThere({ mic, speaker, camera }: OfferedDevice, all: readonly Listed[]): boolean {
  return [mic, speaker, camera].every((id) => id === null || all.some(({ deviceId }) => deviceId === id));
}
