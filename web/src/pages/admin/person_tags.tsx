/* SPDX-License-Identifier: GPL-3.0-or-later */
import type { Account, AccountRole } from '../../api/people';
import { strings } from '../../strings';

const text = strings.admin.people;

export function RoleTag({ role }: { readonly role: AccountRole }) {
  return role === 'administrator' ? <span class="tag">{text.roles[role]}</span> : <>{text.roles[role]}</>;
}

type StateName = keyof typeof text.states;

const TAGS: Readonly<Record<StateName, string>> = {
  disabled: 'tag tag-off',
  must_set_password: 'tag tag-warn',
  two_factors: 'tag tag-plain',
  not_verified: 'tag tag-warn',
  fine: '',
};

function statesOf({ disabled, must_set_password, two_factors, email_verified }: Account): readonly StateName[] {
  const states: StateName[] = [];
  if (disabled) states.push('disabled');
  if (must_set_password) states.push('must_set_password');
  if (two_factors) states.push('two_factors');
  if (!email_verified) states.push('not_verified');
  return states.length === 0 ? ['fine'] : states;
}

export function StateTags({ person }: { readonly person: Account }) {
  return (
    <span class="tags">
      {statesOf(person).map((state) => (
        <span key={state} class={TAGS[state]} data-state={state}>
          {text.states[state]}
        </span>
      ))}
    </span>
  );
}
