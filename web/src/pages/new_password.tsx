/* SPDX-License-Identifier: GPL-3.0-or-later */
import { strings } from '../strings';
import { PasswordField } from './password_field';
import type { Failure } from './task';

/** As src/auth/advice.h has it; the server decides. */
export const PASSWORD_LEAST = 12;

interface NewPasswordProps {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly failure: Failure | null;
}

/** A new password, with advice, and with what the server has against it. */
export function NewPassword({ value, onChange, failure }: NewPasswordProps) {
  const text = strings.account.newPassword;
  const length = [...value].length;
  return (
    <div class="new-password">
      <PasswordField
        label={text.label}
        value={value}
        onChange={onChange}
        autocomplete="new-password"
        hint={`${text.advice} ${text.unique}`}
        error={failure?.code === 'weak_password' ? failure.text : null}
      />
      {length > 0 && (
        <p class="hint">{length < PASSWORD_LEAST ? text.short(length, PASSWORD_LEAST) : text.long}</p>
      )}
    </div>
  );
}
