/* SPDX-License-Identifier: GPL-3.0-or-later */
import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import type { ServerOffer } from '../api/session';
import { strings } from '../strings';
import { useSite } from './context';
import { Problem, TaskButton } from './forms';
import { Loading } from './parts';
import { useTask } from './task';

/** What the server offers, for pages that need it; asked for again where it could not be had at first. */
export function WithOffer({ children }: { readonly children: (offer: ServerOffer) => ComponentChildren }) {
  const { site, commands } = useSite();
  const task = useTask();
  useEffect(() => {
    if (site.offer === null) task.run(() => commands.learnOffer());
  }, []);
  if (site.offer !== null) return <>{children(site.offer)}</>;
  if (task.failure === null) return <Loading />;
  return (
    <div class="stack">
      <Problem failure={task.failure} />
      <p class="actions">
        <TaskButton task={task} act="reload" work={() => commands.learnOffer()}>
          {strings.tryAgain}
        </TaskButton>
      </p>
    </div>
  );
}
