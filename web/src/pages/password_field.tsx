/* SPDX-License-Identifier: GPL-3.0-or-later */
import { useState } from 'preact/hooks';
import { strings } from '../strings';
import { Check, Field } from './forms';

/** So that password managers know whose password it is, where the address is not typed. */
export function OwnerOfPassword({ email }: { readonly email: string }) {
  return (
    <input
      class="visually-hidden"
      type="email"
      autocomplete="username"
      readOnly
      tabIndex={-1}
      aria-hidden="true"
      value={email}
    />
  );
}

interface PasswordFieldProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly autocomplete: 'current-password' | 'new-password';
  readonly hint?: string;
  readonly error?: string | null;
}

/** A password that can be looked at, for who types it on a small screen. */
export function PasswordField({ label, value, onChange, autocomplete, hint, error = null }: PasswordFieldProps) {
  const [seen, setSeen] = useState(false);
  return (
    <div class="password-field">
      <Field
        label={label}
        name="password"
        type={seen ? 'text' : 'password'}
        value={value}
        onChange={onChange}
        {...(hint === undefined ? {} : { hint })}
        error={error}
        input={{ autocomplete, autocapitalize: 'none', maxLength: 512, dir: 'ltr' }}
      />
      <Check label={strings.account.signIn.showPassword} name="show" checked={seen} onChange={setSeen} />
    </div>
  );
}
