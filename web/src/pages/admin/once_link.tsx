/* SPDX-License-Identifier: GPL-3.0-or-later */
import type { WelcomeLink } from '../../api/people';
import { strings } from '../../strings';
import { OnceCard } from '../lists/making';
import { Secret } from '../parts';

/** With whose it is. */
export interface NamedLink extends WelcomeLink {
  readonly name: string;
}

interface OnceLinkProps {
  readonly of: NamedLink;
  readonly onDone: () => void;
}

/** The link leaves the page with this card. */
export function OnceLink({ of: { name, link, mailed }, onDone }: OnceLinkProps) {
  const text = strings.admin.people;
  return (
    <OnceCard name="link" title={text.linkTitle(name)} lead={text.linkText} onDone={onDone}>
      <p>{mailed ? text.linkMailed : text.linkNotMailed}</p>
      <Secret name="link" label={text.link} value={link} />
    </OnceCard>
  );
}
