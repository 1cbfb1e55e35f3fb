/* SPDX-License-Identifier: GPL-3.0-or-later */
import type { WelcomeLink } from '../../api/people';
import { strings } from '../../strings';
import { Button } from '../../views/basics';
import { Secret, Section } from '../parts';

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
    <Section name="once-link" title={text.linkTitle(name)} lead={text.linkText}>
      <p>{mailed ? text.linkMailed : text.linkNotMailed}</p>
      <Secret name="link" label={text.link} value={link} />
      <p class="actions">
        <Button act="link-done" onClick={onDone}>
          {strings.admin.done}
        </Button>
      </p>
    </Section>
  );
}
