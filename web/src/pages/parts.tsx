/* SPDX-License-Identifier: GPL-3.0-or-later */
// What pages are made of: sections, rows, lists with more, dialogs, secrets that are shown once.
import type { ComponentChildren, Ref } from 'preact';
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { strings } from '../strings';
import { locale } from '../strings/languages';
import { Button, cls } from '../views/basics';
import { Icon, type IconName } from '../views/icons';
import { Problem } from './forms';
import type { Loaded, PartedList } from './task';

interface SectionProps {
  readonly title: string;
  /** For tests. */
  readonly name: string;
  readonly lead?: ComponentChildren;
  readonly children?: ComponentChildren;
  readonly tone?: 'plain' | 'danger';
}

/** One matter of a page, in a card with a heading. */
export function Section({ title, name, lead, children, tone = 'plain' }: SectionProps) {
  const id = useId();
  const section = useKeptFocus();
  return (
    <section
      ref={section}
      class={cls('card', 'section', `section-${tone}`)}
      aria-labelledby={id}
      data-section={name}
    >
      <h2 id={id} tabIndex={-1}>
        {title}
      </h2>
      {lead !== undefined && <p class="section-lead">{lead}</p>}
      {children}
    </section>
  );
}

/**
 * When what had the focus in an element goes away, such as a form that is done, the focus goes to the field that wants
 * it or to the heading, not to nowhere: who uses the keyboard goes on in the same place.
 */
function useKeptFocus(): Ref<HTMLElement> {
  const ref = useRef<HTMLElement>(null);
  useEffect(() => {
    const element = ref.current;
    if (element === null) return;
    let last: EventTarget | null = null;
    const note = (event: FocusEvent) => {
      last = event.target;
    };
    const observer = new MutationObserver(() => {
      if (!(last instanceof Node) || last.isConnected || document.activeElement !== document.body) return;
      last = null;
      const next = element.querySelector<HTMLElement>('[autofocus]') ?? element.querySelector<HTMLElement>('h2');
      next?.focus({ preventScroll: true });
    });
    element.addEventListener('focusin', note);
    observer.observe(element, { childList: true, subtree: true });
    return () => {
      element.removeEventListener('focusin', note);
      observer.disconnect();
    };
  }, []);
  return ref;
}

interface RowProps {
  readonly title: ComponentChildren;
  readonly children?: ComponentChildren;
  /** Buttons. */
  readonly actions?: ComponentChildren;
  readonly icon?: IconName;
  readonly mark?: string;
}

/** One entry of a list: what it is, what is to be known of it, what can be done with it. */
export function Row({ title, children, actions, icon, mark }: RowProps) {
  return (
    <li class="row">
      {icon !== undefined && <Icon name={icon} />}
      <div class="row-text">
        <p class="row-title">
          <bdi>{title}</bdi>
          {mark !== undefined && <span class="tag">{mark}</span>}
        </p>
        {children !== undefined && <div class="row-more">{children}</div>}
      </div>
      {actions !== undefined && <div class="row-actions">{actions}</div>}
    </li>
  );
}

/** What is not here yet, or could not be fetched, in place of what `children` would show. */
export function WhenLoaded<T>({
  of,
  children,
}: {
  readonly of: Loaded<T>;
  readonly children: (value: T) => ComponentChildren;
}) {
  if (of.value !== null) return <>{children(of.value)}</>;
  if (of.failure === null) return <Loading />;
  return (
    <div class="stack">
      <Problem failure={of.failure} />
      <p class="actions">
        <Button act="reload" onClick={() => of.reload()}>
          {strings.tryAgain}
        </Button>
      </p>
    </div>
  );
}

export function Loading() {
  return (
    <p class="loading" role="status">
      {strings.opening}
    </p>
  );
}

interface PartedProps<T> {
  readonly list: PartedList<T>;
  /** What stands there when there is nothing. */
  readonly empty: ComponentChildren;
  /** Shows what is here, which is something. */
  readonly children: (items: readonly T[]) => ComponentChildren;
}

/** What comes in parts: the next one when the person asks for it. */
export function Parted<T>({ list, empty, children }: PartedProps<T>) {
  const { items, more, busy, failure } = list;
  return (
    <div class="stack" aria-busy={busy}>
      {items === null && failure === null && <Loading />}
      {items !== null && items.length === 0 && <p class="empty">{empty}</p>}
      {items !== null && items.length > 0 && children(items)}
      <Problem failure={failure} />
      {(more || failure !== null) && (
        <p class="actions">
          <Button act="more" disabled={busy} onClick={() => list.loadMore()}>
            {failure !== null ? strings.tryAgain : strings.account.more}
          </Button>
        </p>
      )}
      <p class="visually-hidden" role="status">
        {items !== null && items.length > 0 ? strings.account.shown(items.length) : ''}
      </p>
    </div>
  );
}

interface ListProps<T> extends Omit<PartedProps<T>, 'children'> {
  readonly label: string;
  readonly item: (item: T) => ComponentChildren;
}

export function List<T>({ list, label, empty, item }: ListProps<T>) {
  return (
    <Parted list={list} empty={empty}>
      {(items) => (
        <ul class="rows" aria-label={label}>
          {items.map(item)}
        </ul>
      )}
    </Parted>
  );
}

interface DialogProps {
  readonly title: string;
  /** For tests. */
  readonly name: string;
  /** Escape; without it the dialog can't be closed that way. */
  readonly onClose?: () => void;
  readonly children: ComponentChildren;
}

/** On top of everything. The browser keeps the focus inside and gives it back. */
export function Dialog({ title, name, onClose, children }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const element = dialog.current;
    element?.showModal();
    return () => element?.close();
  }, []);
  return (
    <dialog
      ref={dialog}
      class="confirm dialog"
      aria-labelledby={id}
      data-dialog={name}
      onCancel={(event) => {
        event.preventDefault();
        onClose?.();
      }}
      onKeyDown={(event) => event.stopPropagation()}
    >
      <h2 id={id}>{title}</h2>
      {children}
    </dialog>
  );
}

interface CopyButtonProps {
  readonly text: string;
  readonly act: string;
  readonly label: string;
}

/** Copies a text and says whether that worked. */
export function CopyButton({ text, act, label }: CopyButtonProps) {
  const [copied, setCopied] = useState<boolean | null>(null);
  useEffect(() => setCopied(null), [text]);
  const copy = () => {
    navigator.clipboard.writeText(text).then(
      () => setCopied(true),
      () => setCopied(false),
    );
  };
  return (
    <span class="copy">
      <Button act={act} icon={copied === true ? 'check' : 'copy'} onClick={copy}>
        {copied === true ? strings.invite.copied : label}
      </Button>
      <span role="status" class={copied === false ? 'hint' : 'visually-hidden'}>
        {copied === null ? '' : copied ? strings.invite.copied : strings.account.copyFailed}
      </span>
    </span>
  );
}

interface SecretProps {
  readonly label: string;
  readonly value: string;
  /** For tests; the button is copy-NAME. */
  readonly name: string;
  readonly hint?: string;
}

/** Something that is shown once: to be copied now. */
export function Secret({ label, value, name, hint = strings.account.shownOnce }: SecretProps) {
  const id = useId();
  return (
    <div class="secret" data-secret={name}>
      <label class="field-label" for={id}>
        {label}
      </label>
      <textarea
        id={id}
        class="input secret-text"
        readOnly
        rows={value.length > 60 ? 3 : value.length > 28 ? 2 : 1}
        spellcheck={false}
        aria-describedby={`${id}-hint`}
        value={value}
        onFocus={(event) => event.currentTarget.select()}
      />
      <p class="hint" id={`${id}-hint`}>
        {hint}
      </p>
      <CopyButton text={value} act={`copy-${name}`} label={strings.account.copy} />
    </div>
  );
}

interface BannerProps {
  readonly tone: 'info' | 'good' | 'warn' | 'danger';
  readonly children: ComponentChildren;
  readonly onDismiss?: () => void;
  readonly dismiss?: string;
}

/** A word on top of a page. */
export function Banner({ tone, children, onDismiss, dismiss = strings.account.understood }: BannerProps) {
  const icons = { info: 'question', good: 'shield_check', warn: 'shield_alert', danger: 'warning' } as const;
  return (
    <div class={`banner banner-${tone}`}>
      <Icon name={icons[tone]} />
      <div class="banner-text">{children}</div>
      {onDismiss !== undefined && (
        <Button act="dismiss" kind="quiet" onClick={onDismiss}>
          {dismiss}
        </Button>
      )}
    </div>
  );
}

const DAY_S = 86_400;

/** When something was, in the words and the time of the person's own place. */
export function When({ at, now = Date.now() / 1000 }: { readonly at: number; readonly now?: number }) {
  const date = new Date(at * 1000);
  return <time dateTime={date.toISOString()}>{whenWords(date, now)}</time>;
}

export function whenWords(date: Date, now: number): string {
  const time = { hour: 'numeric', minute: '2-digit' } as const;
  const sameDay = date.toDateString() === new Date(now * 1000).toDateString();
  if (sameDay) return strings.account.today(date.toLocaleTimeString(locale, time));
  const near = Math.abs(now - date.getTime() / 1000) < 180 * DAY_S;
  return date.toLocaleString(locale, {
    day: 'numeric',
    month: 'short',
    ...time,
    ...(near ? {} : { year: 'numeric' }),
  });
}

/** A moment in all words, for what one has to keep in mind. */
export function longWhen(at: number): string {
  return new Date(at * 1000).toLocaleString(locale, { dateStyle: 'full', timeStyle: 'short' });
}
