/* SPDX-License-Identifier: GPL-3.0-or-later */
// A link by which one person becomes a contact: who has sent it is shown first, and nothing happens by opening it.
import { ApiError } from '../api/error';
import { followLink, lookAtLink } from '../api/contacts';
import { strings } from '../strings';
import { Button, ScreenHeading } from '../views/basics';
import { HowVerified } from './call_dialogs';
import { useSite } from './context';
import { Problem, TaskButton } from './forms';
import { WhenLoaded } from './parts';
import { Page } from './shell';
import { useLoaded, useTask } from './task';

export function ContactLinkPage({ token }: { readonly token: string }) {
  const { commands } = useSite();
  const text = strings.calls.linkPage;
  const owner = useLoaded(() => lookAtLink(commands.api, token).catch(explain));
  const task = useTask();
  const follow = async () => {
    await followLink(commands.api, token);
    commands.go('/contacts', true);
  };
  return (
    <Page name="contact-link" title={strings.calls.title}>
      <div class="card stack">
        <WhenLoaded of={owner}>
          {(found) =>
            typeof found === 'string' ? (
              <>
                <ScreenHeading>{strings.calls.title}</ScreenHeading>
                <p data-problem="link">{found}</p>
                <p class="actions">
                  <a class="button button-primary" data-act="to-contacts" href="/contacts">
                    <span>{strings.calls.nav}</span>
                  </a>
                </p>
              </>
            ) : (
              <>
                <ScreenHeading>{text.title(found.name)}</ScreenHeading>
                <HowVerified person={found} />
                <p>{text.text}</p>
                <Problem failure={task.failure} />
                <p class="actions">
                  <TaskButton task={task} act="become-contacts" kind="primary" work={follow}>
                    {text.yes}
                  </TaskButton>
                  <Button act="not-now" kind="quiet" onClick={() => commands.go('/contacts', true)}>
                    {text.no}
                  </Button>
                </p>
              </>
            )
          }
        </WhenLoaded>
      </div>
    </Page>
  );
}

/** Links that are used up say so in their own words. */
function explain(error: unknown): string {
  const code = error instanceof ApiError ? error.code : '';
  if (code === 'own_link') return strings.calls.linkPage.own;
  if (code === 'link_used') return strings.calls.linkPage.used;
  throw error;
}

