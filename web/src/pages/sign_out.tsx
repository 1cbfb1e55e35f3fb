/* SPDX-License-Identifier: GPL-3.0-or-later */
import { strings } from '../strings';
import { Button } from '../views/basics';
import { useSite } from './context';
import { useTask } from './task';

export function SignOut() {
  const { commands } = useSite();
  const task = useTask();
  return (
    <Button act="sign-out" kind="quiet" disabled={task.busy} onClick={() => task.run(() => commands.signOut())}>
      {strings.account.nav.signOut}
    </Button>
  );
}
