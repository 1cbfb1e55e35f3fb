/* SPDX-License-Identifier: GPL-3.0-or-later */
import { useState } from 'preact/hooks';
import { removeFactors, renewLink } from '../../api/people';
import { strings } from '../../strings';
import { useSite } from '../context';
import { AskDeed } from '../lists/ask_button';
import { Fresh } from '../lists/fresh';
import { Section } from '../parts';
import { OnceLink, type NamedLink } from './once_link';
import type { PersonProps } from './person_page';

/** For who has forgotten the password, or lost what proves that it is them. */
export function PersonLockedOut({ person, deed, act }: PersonProps) {
  const { commands } = useSite();
  const text = strings.admin.person;
  const [link, setLink] = useState<NamedLink | null>(null);
  const renew = () =>
    deed.run(async () => setLink({ ...(await renewLink(commands.api, person.id)), name: person.name }));
  return (
    <>
      {link !== null && (
        <Fresh>
          <OnceLink of={link} onDone={() => setLink(null)} />
        </Fresh>
      )}
      <Section name="locked-out" title={text.lockedOutTitle}>
        <AskDeed
          about={text.newLinkText}
          act="new-link"
          kind="plain"
          title={text.newLinkAsk(person.name)}
          what={text.newLinkWhat}
          yes={text.newLink}
          disabled={deed.busy}
          onYes={renew}
        >
          {text.newLink}
        </AskDeed>
        {(person.has_totp || person.passkeys > 0) && (
          <AskDeed
            about={text.removeFactorsText}
            act="remove-factors"
            title={text.removeFactorsAsk(person.name)}
            what={text.removeFactorsWhat}
            yes={text.removeFactors}
            disabled={deed.busy}
            onYes={() => act(() => removeFactors(commands.api, person.id), text.removedFactors)}
          >
            {text.removeFactors}
          </AskDeed>
        )}
      </Section>
    </>
  );
}
