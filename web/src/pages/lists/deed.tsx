/* SPDX-License-Identifier: GPL-3.0-or-later */
// Work that says what it has done.
import { useState } from 'preact/hooks';
import { Problem } from '../forms';
import { useTask, type Task } from '../task';

export interface Deed extends Omit<Task, 'run'> {
  /** What was done last; '' for nothing to say. */
  readonly done: string;
  /** `work` gives the words for what it has done, if there are any. */
  run(work: () => Promise<string | void>): void;
}

export function useDeed(): Deed {
  const task = useTask();
  const [done, setDone] = useState('');
  const run = (work: () => Promise<string | void>) =>
    task.run(async () => {
      setDone('');
      setDone((await work()) ?? '');
    });
  return { ...task, done, run };
}

/** For eyes and ears; on the page from the beginning, so that screen readers notice what appears. */
export function Outcome({ of: { failure, done } }: { readonly of: Deed }) {
  return (
    <>
      <Problem failure={failure} />
      <Done words={done} />
    </>
  );
}

export function Done({ words }: { readonly words: string }) {
  return (
    <div role="status" class="outcome">
      {words !== '' && (
        <p class="done" dir="auto">
          {words}
        </p>
      )}
    </div>
  );
}
