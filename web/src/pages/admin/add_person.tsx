/* SPDX-License-Identifier: GPL-3.0-or-later */
import { useState } from 'preact/hooks';
import { addPerson, type AccountRole } from '../../api/people';
import { looksLikeAddress } from '../../state/address';
import { strings } from '../../strings';
import { useSite } from '../context';
import { CancelButton, Choice, Field, Form } from '../forms';
import { Section } from '../parts';
import { useTask } from '../task';
import type { NamedLink } from './once_link';

const text = strings.admin.people;

export const ACCOUNT_ROLES = (['member', 'administrator'] as const).map((role) => [role, text.roles[role]] as const);

interface AddPersonProps {
  readonly onAdded: (link: NamedLink) => void;
  readonly onCancel: () => void;
}

export function AddPerson({ onAdded, onCancel }: AddPersonProps) {
  const { commands } = useSite();
  const task = useTask();
  const [name, setName] = useState('');
  const [email, setEmail] = useState('');
  const [role, setRole] = useState<AccountRole>('member');
  const [wrong, setWrong] = useState<'name' | 'email' | null>(null);
  const isKnown = task.failure?.code === 'known_already';
  const add = async () => {
    const body = { email: email.trim(), name: name.trim(), role };
    const problem = body.name === '' ? 'name' : looksLikeAddress(body.email) ? null : 'email';
    setWrong(problem);
    if (problem !== null) return;
    const { link, mailed, person } = await addPerson(commands.api, body);
    onAdded({ link, mailed, name: person.name });
  };
  return (
    <Section name="add-person" title={text.addTitle} lead={text.addText}>
      <Form
        task={task}
        act="add-yes"
        submit={text.addYes}
        onSubmit={add}
        shownByFields={['known_already']}
        beside={<CancelButton act="add-no" onCancel={onCancel} />}
      >
        <div class="fields-two">
          <Field
            name="person-name"
            label={text.name}
            value={name}
            error={wrong === 'name' ? text.nameMissing : null}
            onChange={setName}
          />
          <Field
            name="person-email"
            type="email"
            label={text.email}
            value={email}
            error={wrong === 'email' ? text.emailWrong : isKnown ? text.known : null}
            onChange={setEmail}
          />
        </div>
        <Choice<AccountRole>
          name="person-role"
          label={text.role}
          hint={text.rolesHint}
          value={role}
          choices={ACCOUNT_ROLES}
          onChange={setRole}
        />
      </Form>
    </Section>
  );
}
