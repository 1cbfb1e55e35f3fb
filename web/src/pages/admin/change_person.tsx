/* SPDX-License-Identifier: GPL-3.0-or-later */
// Name, role, and what is demanded of a person.
import { useState } from 'preact/hooks';
import { changePerson, type AccountChange, type AccountRole } from '../../api/people';
import { strings } from '../../strings';
import { Button } from '../../views/basics';
import { Confirm } from '../../views/confirm';
import { useSite } from '../context';
import { Check, Choice, Field } from '../forms';
import { Section } from '../parts';
import { ACCOUNT_ROLES } from './add_person';
import type { PersonProps } from './person_page';

const text = strings.admin.person;

export function ChangePerson(props: PersonProps) {
  return (
    <>
      <NameAndRole {...props} />
      <Demands {...props} />
    </>
  );
}

/** Another role is asked about: it is the most that one can give or take. */
function NameAndRole({ person, deed, act }: PersonProps) {
  const { commands } = useSite();
  const [name, setName] = useState(person.name);
  const [role, setRole] = useState<AccountRole>(person.role);
  const [wrong, setWrong] = useState<string | null>(null);
  const [asking, setAsking] = useState(false);
  const save = () => {
    const change: AccountChange = {
      ...(name.trim() === person.name ? {} : { name: name.trim() }),
      ...(role === person.role ? {} : { role }),
    };
    act(() => changePerson(commands.api, person.id, change), strings.account.saved);
  };
  const submit = () => {
    setWrong(name.trim() === '' ? strings.admin.people.nameMissing : null);
    if (name.trim() === '') return;
    if (role === person.role) save();
    else setAsking(true);
  };
  const words = role === 'administrator' ? text.promote : text.demote;
  return (
    <Section name="change-person" title={text.changeTitle}>
      <form
        class="form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <div class="fields-two">
          <Field name="change-name" label={text.name} value={name} error={wrong} onChange={setName} />
          <Choice<AccountRole>
            name="change-role"
            label={strings.admin.people.role}
            value={role}
            choices={ACCOUNT_ROLES}
            onChange={setRole}
          />
        </div>
        <div class="actions">
          <Button act="change-save" kind="primary" submits disabled={deed.busy}>
            {strings.account.save}
          </Button>
        </div>
      </form>
      {asking && (
        <Confirm title={words.ask(person.name)} yes={words.yes} onYes={save} onClose={() => setAsking(false)}>
          <p>{words.what}</p>
        </Confirm>
      )}
    </Section>
  );
}

function Demands({ person, deed, act }: PersonProps) {
  const { commands } = useSite();
  const demand = (change: AccountChange) =>
    act(() => changePerson(commands.api, person.id, change), strings.account.saved);
  return (
    <Section name="demands" title={text.demandTitle} lead={text.demandText}>
      <Check
        name="two_factors"
        label={text.two_factors}
        hint={text.twoFactorsHint}
        checked={person.two_factors}
        disabled={deed.busy}
        onChange={(two_factors) => demand({ two_factors })}
      />
      <Check
        name="must_set_password"
        label={text.must_set_password}
        hint={text.mustSetPasswordHint}
        checked={person.must_set_password}
        disabled={deed.busy}
        onChange={(must_set_password) => demand({ must_set_password })}
      />
    </Section>
  );
}
