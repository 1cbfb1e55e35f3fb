/* SPDX-License-Identifier: GPL-3.0-or-later */
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { strings } from '../../strings';
import { Button } from '../../views/basics';
import { Section } from '../parts';
import { Fresh } from './fresh';

interface MakingProps<T> {
  /** Names the button, for tests. */
  readonly act: string;
  readonly label: string;
  readonly form: (onMade: (made: T) => void, onCancel: () => void) => ComponentChildren;
  /** What is shown of it this one time, and leaves the page with its card. */
  readonly once: (made: T, onDone: () => void) => ComponentChildren;
  readonly onMade: () => void;
}

/** A button, then a form, then what was made. */
export function Making<T>({ act, label, form, once, onMade }: MakingProps<T>) {
  const [making, setMaking] = useState(false);
  const [made, setMade] = useState<T | null>(null);
  const keep = (now: T) => {
    setMaking(false);
    setMade(() => now);
    onMade();
  };
  if (made !== null) return <Fresh key="made">{once(made, () => setMade(null))}</Fresh>;
  if (making) return <Fresh key="form">{form(keep, () => setMaking(false))}</Fresh>;
  return (
    <p class="actions">
      <Button act={act} kind="primary" icon="plus" onClick={() => setMaking(true)}>
        {label}
      </Button>
    </p>
  );
}

interface OnceCardProps {
  /** For tests: the section is once-NAME, the button NAME-done. */
  readonly name: string;
  readonly title: string;
  readonly lead: string;
  readonly onDone: () => void;
  readonly children: ComponentChildren;
}

/** What is shown once, until the person has taken it. */
export function OnceCard({ name, title, lead, onDone, children }: OnceCardProps) {
  return (
    <Section name={`once-${name}`} title={title} lead={lead}>
      {children}
      <p class="actions">
        <Button act={`${name}-done`} onClick={onDone}>
          {strings.admin.done}
        </Button>
      </p>
    </Section>
  );
}
