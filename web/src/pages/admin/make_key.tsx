/* SPDX-License-Identifier: GPL-3.0-or-later */
import { useState } from 'preact/hooks';
import { makeKey, SCOPES, type Scope } from '../../api/programs';
import { strings } from '../../strings';
import { useSite } from '../context';
import { CancelButton, Check, Field, Form } from '../forms';
import { Section } from '../parts';
import { useTask } from '../task';

const text = strings.admin.keys;

interface MakeKeyProps {
  readonly onMade: (key: string) => void;
  readonly onCancel: () => void;
}

export function MakeKey({ onMade, onCancel }: MakeKeyProps) {
  const { commands } = useSite();
  const task = useTask();
  const [name, setName] = useState('');
  const [scopes, setScopes] = useState<readonly Scope[]>([]);
  const [wrong, setWrong] = useState<'name' | 'scopes' | null>(null);
  const choose = (scope: Scope, on: boolean) =>
    setScopes(SCOPES.filter((one) => (one === scope ? on : scopes.includes(one))));
  const make = async () => {
    const problem = name.trim() === '' ? 'name' : scopes.length === 0 ? 'scopes' : null;
    setWrong(problem);
    if (problem === null) onMade((await makeKey(commands.api, name.trim(), scopes)).key);
  };
  return (
    <Section name="make-key" title={text.makeTitle}>
      <Form
        task={task}
        act="make-key"
        submit={text.yes}
        onSubmit={make}
        beside={<CancelButton act="key-cancel" onCancel={onCancel} />}
      >
        <Field
          name="key-name"
          label={text.name}
          hint={text.nameHint}
          value={name}
          error={wrong === 'name' ? text.nameMissing : null}
          onChange={setName}
        />
        <fieldset class="fields">
          <legend>{text.scopesTitle}</legend>
          <div class="fields-two">
            {SCOPES.map((scope) => (
              <Check
                key={scope}
                name={scope}
                label={text.scopes[scope]}
                checked={scopes.includes(scope)}
                onChange={(on) => choose(scope, on)}
              />
            ))}
          </div>
          <span class="field-error" role="alert">
            {wrong === 'scopes' && scopes.length === 0 && text.scopeMissing}
          </span>
        </fieldset>
      </Form>
    </Section>
  );
}
