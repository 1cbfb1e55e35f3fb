/* SPDX-License-Identifier: GPL-3.0-or-later */
// What forms are made of: every field has its label and says what is wrong with it, every form says what happens, to
// eyes and to screen readers.
import type { ComponentChildren, InputHTMLAttributes } from 'preact';
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { strings } from '../strings';
import { Button, cls, type ButtonProps } from '../views/basics';
import type { Failure, Task } from './task';

/** Of what one types into. */
interface TypedProps {
  readonly label: string;
  /** For tests and password managers. */
  readonly name: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly hint?: string;
  /** What is wrong with it; it takes the focus when this appears. */
  readonly error?: string | null;
}

interface FieldProps extends TypedProps {
  readonly type?: 'text' | 'email' | 'password' | 'tel' | 'search' | 'number' | 'datetime-local';
  /** Everything else that an input can be told: autocomplete, maxLength, inputMode, ... */
  readonly input?: Omit<InputHTMLAttributes, 'value' | 'onInput' | 'name' | 'type' | 'class' | 'id'>;
}

export function Field({ label, name, value, onChange, hint, error = null, type = 'text', input = {} }: FieldProps) {
  const id = useId();
  const element = useFocusWhen<HTMLInputElement>(error !== null);
  return (
    <FieldFrame id={id} label={label} hint={hint} error={error}>
      <input
        dir="auto"
        spellcheck={false}
        {...input}
        {...describedBy(id, hint, error)}
        ref={element}
        id={id}
        class="input"
        name={name}
        type={type}
        value={value}
        onInput={(event) => onChange(event.currentTarget.value)}
      />
    </FieldFrame>
  );
}

interface AreaProps extends TypedProps {
  readonly rows?: number;
}

export function Area({ label, name, value, onChange, hint, error = null, rows = 4 }: AreaProps) {
  const id = useId();
  const element = useFocusWhen<HTMLTextAreaElement>(error !== null);
  return (
    <FieldFrame id={id} label={label} hint={hint} error={error}>
      <textarea
        {...describedBy(id, hint, error)}
        ref={element}
        id={id}
        class="input area"
        name={name}
        rows={rows}
        spellcheck={false}
        value={value}
        onInput={(event) => onChange(event.currentTarget.value)}
      />
    </FieldFrame>
  );
}

interface ChoiceProps<T extends string> {
  readonly label: string;
  readonly name: string;
  readonly value: T;
  readonly choices: readonly (readonly [value: T, words: string])[];
  readonly onChange: (value: T) => void;
  readonly hint?: string;
  readonly disabled?: boolean;
}

/** One of a few, in a list that opens. */
export function Choice<T extends string>({ label, name, value, choices, onChange, hint, disabled }: ChoiceProps<T>) {
  const id = useId();
  return (
    <FieldFrame id={id} label={label} hint={hint}>
      <select
        {...describedBy(id, hint)}
        id={id}
        class="input select"
        name={name}
        disabled={disabled}
        value={value}
        onChange={(event) => {
          const chosen = choices.find(([choice]) => choice === event.currentTarget.value);
          if (chosen !== undefined) onChange(chosen[0]);
        }}
      >
        {choices.map(([choice, words]) => (
          <option key={choice} value={choice}>
            {words}
          </option>
        ))}
      </select>
    </FieldFrame>
  );
}

interface CheckProps {
  readonly label: string;
  readonly name: string;
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
  readonly hint?: string;
  readonly disabled?: boolean;
}

export function Check({ label, name, checked, onChange, hint, disabled = false }: CheckProps) {
  return (
    <label class="check">
      <input
        type="checkbox"
        name={name}
        checked={checked}
        disabled={disabled}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
      <span>
        {label}
        {hint !== undefined && <span class="hint">{hint}</span>}
      </span>
    </label>
  );
}

interface FrameProps {
  /** Of the control, which is described by `describedBy` of the same. */
  readonly id: string;
  readonly label: string;
  readonly hint?: string | undefined;
  readonly error?: string | null;
  readonly children: ComponentChildren;
}

/** What stands around the control of a field: its label, its hint, and what is wrong with it. */
export function FieldFrame({ id, label, hint, error = null, children }: FrameProps) {
  return (
    <div class="field">
      <label class="field-label" for={id}>
        {label}
      </label>
      {children}
      {hint !== undefined && (
        <span class="hint" id={`${id}-hint`}>
          {hint}
        </span>
      )}
      <span class="field-error" id={`${id}-error`} role="alert">
        {error}
      </span>
    </div>
  );
}

export function describedBy(id: string, hint: string | undefined, error: string | null = null) {
  const notes = cls(hint !== undefined && `${id}-hint`, error !== null && `${id}-error`);
  return { 'aria-describedby': notes === '' ? undefined : notes, 'aria-invalid': error !== null };
}

function useFocusWhen<T extends HTMLElement>(wrong: boolean) {
  const element = useRef<T>(null);
  useEffect(() => {
    if (wrong) element.current?.focus();
  }, [wrong]);
  return element;
}

interface FormProps {
  readonly task: Task;
  /** Names the button, for tests. */
  readonly act: string;
  readonly submit: string;
  readonly onSubmit: () => Promise<void>;
  readonly children?: ComponentChildren;
  /** Beside the button that submits. */
  readonly beside?: ComponentChildren;
  readonly kind?: ButtonProps['kind'];
  /** Codes of failures that a field of the form shows itself. */
  readonly shownByFields?: readonly string[];
}

export function Form(props: FormProps) {
  const { task, act, submit, onSubmit, children, beside, kind = 'primary', shownByFields = [] } = props;
  const waiting = useWaiting(task.failure);
  const failure = task.failure !== null && !shownByFields.includes(task.failure.code) ? task.failure : null;
  return (
    <form
      class="form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (waiting === 0) task.run(onSubmit);
      }}
    >
      {children}
      <Problem failure={failure} />
      <div class="actions">
        <Button kind={kind} act={act} submits disabled={task.busy || waiting > 0}>
          {task.busy ? strings.account.busy : submit}
        </Button>
        {beside}
      </div>
    </form>
  );
}

/** Beside the button of a form: away from it. */
export function CancelButton({ act = 'cancel', onCancel }: { readonly act?: string; readonly onCancel: () => void }) {
  return (
    <Button act={act} kind="quiet" onClick={onCancel}>
      {strings.account.cancel}
    </Button>
  );
}

/** A button whose work takes a moment. */
export function TaskButton({
  task,
  work,
  children,
  ...button
}: Omit<ButtonProps, 'onClick' | 'submits'> & { readonly task: Task; readonly work: () => Promise<void> }) {
  return (
    <Button {...button} disabled={task.busy || (button.disabled ?? false)} onClick={() => task.run(work)}>
      {children}
    </Button>
  );
}

/** What went wrong, said aloud when it appears. Always on the page, so that screen readers watch it. */
export function Problem({ failure }: { readonly failure: Failure | null }) {
  const waiting = useWaiting(failure);
  return (
    <div class="form-problem" role="alert">
      {failure !== null && (
        <p class="problem" data-problem={failure.code}>
          {failure.text}
          {/* A number that changes every second is not for the ear. */}
          {waiting > 0 && <span aria-hidden="true"> {strings.account.waitFor(waiting)}</span>}
        </p>
      )}
    </div>
  );
}

/** The seconds until something may be tried again; 0: now. */
export function useWaiting(failure: Failure | null): number {
  const until = failure?.until ?? null;
  const left = () => (until === null ? 0 : Math.max(0, Math.ceil((until - Date.now()) / 1000)));
  const [seconds, setSeconds] = useState(left);
  useEffect(() => {
    setSeconds(left());
    if (until === null) return undefined;
    const timer = window.setInterval(() => {
      setSeconds(left());
      if (left() === 0) window.clearInterval(timer);
    }, 1000);
    return () => window.clearInterval(timer);
  }, [until]);
  return seconds;
}
