/* SPDX-License-Identifier: GPL-3.0-or-later */
// Records the meeting in this browser: the picture of the stage and all sound, straight to the disk.
import { DiskFile, roomLeft } from './disk';
import { Composition, HEIGHT, PICTURES_PER_SECOND, WIDTH, type RecordedTile } from './composition';

const TYPES = ['video/webm;codecs=vp8,opus', 'video/webm'];
const PIECE_MS = 1000;
const VIDEO_BPS = 1_500_000;
const AUDIO_BPS = 96_000;
/** Less than this is not worth beginning with, and is told while recording. */
export const LEAST_ROOM = 200 * 1024 * 1024;
const LOOK_FOR_ROOM_MS = 20_000;

export type RecordingProblem = 'unsupported' | 'no_storage' | 'no_room' | 'disk_full' | 'slow' | 'failed';

export class RecordingError extends Error {
  readonly problem: RecordingProblem;

  constructor(problem: RecordingProblem) {
    super(problem);
    this.problem = problem;
  }
}

export interface RecorderEvents {
  /** What the picture shows, asked for each time that it is drawn. */
  readonly tiles: () => readonly RecordedTile[];
  readonly onWritten: (bytes: number) => void;
  readonly onLowRoom: () => void;
  /** It has ended by itself; what was written until then is kept. */
  readonly onProblem: (problem: RecordingProblem) => void;
}

/** Only in Chromium: pictures of a page in the background, where a canvas gives none. */
interface TrackGenerator extends MediaStreamTrack {
  readonly writable: WritableStream<VideoFrame>;
}
declare const MediaStreamTrackGenerator: { new (options: { kind: 'video' }): TrackGenerator } | undefined;

export function canRecord(): boolean {
  return (
    typeof MediaRecorder === 'function' &&
    typeof FileSystemFileHandle === 'function' &&
    'locks' in navigator &&
    TYPES.some((type) => MediaRecorder.isTypeSupported(type))
  );
}

const problemOf = (reason: string): RecordingProblem =>
  reason === 'QuotaExceededError' ? 'disk_full' : reason === 'slow' ? 'slow' : 'failed';

/** Two steps: `prepare` finds out whether it can be kept at all, before anybody is told of it; then `begin`. */
export class Recorder {
  readonly #events: RecorderEvents;
  readonly #context: AudioContext;
  readonly #mix: MediaStreamAudioDestinationNode;
  readonly #sources = new Map<string, MediaStreamAudioSourceNode>();
  readonly #composition = new Composition();
  #disk: DiskFile | null = null;
  #recorder: MediaRecorder | null = null;
  #writer: WritableStreamDefaultWriter<VideoFrame> | null = null;
  #video: MediaStreamTrack | null = null;
  #timer = 0;
  #ended = false;

  /** In the handler of a click: a browser plays and mixes no sound before one. */
  constructor(events: RecorderEvents) {
    this.#events = events;
    this.#context = new AudioContext({ latencyHint: 'playback' });
    this.#mix = this.#context.createMediaStreamDestination();
    // Without anything to mix there would be no sound at all, and the file would not grow.
    const silence = new ConstantSourceNode(this.#context, { offset: 0 });
    silence.connect(this.#mix);
    silence.start();
    void this.#context.resume();
  }

  get name(): string | null {
    return this.#disk?.name ?? null;
  }

  async prepare(now: Date): Promise<void> {
    const room = await roomLeft();
    if (room !== null && room < LEAST_ROOM) throw new RecordingError('no_room');
    const name = `testudo-${now.toISOString().slice(0, 19).replace(/[:.]/g, '-')}.webm`;
    try {
      this.#disk = await DiskFile.open(name, {
        onBeat: () => this.#draw(),
        onWritten: this.#events.onWritten,
        onFailed: (reason) => this.#fail(problemOf(reason)),
      });
    } catch (error) {
      throw new RecordingError(error instanceof DOMException && error.name === 'QuotaExceededError' ? 'no_room' : 'no_storage');
    }
    // So that the browser does not clear it away when the disk runs short; it may refuse.
    void navigator.storage.persist?.().catch(() => false);
  }

  /** All sound that is in the meeting now. */
  mix(streams: readonly MediaStream[], microphone: MediaStreamTrack | null): void {
    const tracks = [...streams.flatMap((stream) => stream.getAudioTracks()), ...(microphone === null ? [] : [microphone])];
    for (const [id, node] of this.#sources)
      if (!tracks.some((track) => track.id === id)) {
        node.disconnect();
        this.#sources.delete(id);
      }
    for (const track of tracks) {
      if (this.#sources.has(track.id)) continue;
      const node = this.#context.createMediaStreamSource(new MediaStream([track]));
      node.connect(this.#mix);
      this.#sources.set(track.id, node);
    }
  }

  begin(): void {
    if (this.#disk === null || this.#recorder !== null || this.#ended) return;
    this.#video = this.#videoTrack();
    const stream = new MediaStream([this.#video, ...this.#mix.stream.getAudioTracks()]);
    const mimeType = TYPES.find((type) => MediaRecorder.isTypeSupported(type)) ?? '';
    const recorder = new MediaRecorder(stream, { mimeType, videoBitsPerSecond: VIDEO_BPS, audioBitsPerSecond: AUDIO_BPS });
    recorder.addEventListener('dataavailable', ({ data }) => {
      if (data.size > 0) this.#disk?.append(data, (reason) => this.#fail(problemOf(reason)));
    });
    recorder.addEventListener('error', () => this.#fail('failed'));
    this.#recorder = recorder;
    this.#draw();
    this.#disk.beat(1000 / PICTURES_PER_SECOND);
    recorder.start(PIECE_MS);
    this.#timer = window.setInterval(() => void this.#lookForRoom(), LOOK_FOR_ROOM_MS);
  }

  /** The last piece is on the disk when it resolves. */
  async end(): Promise<void> {
    if (this.#ended) return;
    this.#ended = true;
    window.clearInterval(this.#timer);
    const recorder = this.#recorder;
    if (recorder !== null && recorder.state !== 'inactive')
      await new Promise<void>((resolve) => {
        recorder.addEventListener('stop', () => resolve(), { once: true });
        recorder.stop();
      });
    await this.#disk?.close();
    await this.#writer?.close().catch(() => undefined);
    this.#video?.stop();
    this.#composition.stop();
    await this.#context.close().catch(() => undefined);
  }

  #videoTrack(): MediaStreamTrack {
    if (typeof MediaStreamTrackGenerator === 'undefined')
      return this.#composition.canvas.captureStream(PICTURES_PER_SECOND).getVideoTracks()[0] as MediaStreamTrack;
    const track = new MediaStreamTrackGenerator({ kind: 'video' });
    this.#writer = track.writable.getWriter();
    return track;
  }

  #draw(): void {
    if (this.#ended) return;
    this.#composition.draw(this.#events.tiles());
    const writer = this.#writer;
    if (writer === null || (writer.desiredSize ?? 0) <= 0) return;
    const frame = new VideoFrame(this.#composition.canvas, { timestamp: Math.round(performance.now() * 1000) });
    writer.write(frame).catch(() => frame.close());
  }

  async #lookForRoom(): Promise<void> {
    const room = await roomLeft();
    if (room !== null && room < LEAST_ROOM) this.#events.onLowRoom();
  }

  #fail(problem: RecordingProblem): void {
    if (this.#ended) return;
    void this.end().then(() => this.#events.onProblem(problem));
  }
}

export { HEIGHT, WIDTH };
