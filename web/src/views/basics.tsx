/* SPDX-License-Identifier: GPL-3.0-or-later */
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { shownPictures } from '../media/shown';
import { strings } from '../strings';
import { Icon, Mark, type IconName } from './icons';

export function cls(...names: (string | false | null | undefined)[]): string {
  return names.filter(Boolean).join(' ');
}

/** The heading of a screen takes the focus when the screen appears, so that keyboards and screen readers start
 * there. */
export function ScreenHeading({
  children,
  hidden = false,
}: {
  readonly children: ComponentChildren;
  readonly hidden?: boolean;
}) {
  const ref = useRef<HTMLHeadingElement>(null);
  useEffect(() => ref.current?.focus({ preventScroll: true }), []);
  return (
    <h1 ref={ref} class={cls('screen-heading', hidden && 'visually-hidden')} tabIndex={-1}>
      {children}
    </h1>
  );
}

/** Back to the heading of the screen, when what had the focus goes away. */
export function focusScreen(): void {
  document.querySelector<HTMLElement>('.screen-heading')?.focus({ preventScroll: true });
}

export interface ButtonProps {
  readonly children: ComponentChildren;
  readonly onClick?: () => void;
  readonly kind?: 'primary' | 'plain' | 'quiet' | 'warning' | 'danger';
  readonly icon?: IconName;
  readonly label?: string;
  readonly disabled?: boolean;
  readonly submits?: boolean;
  /** Of a button that stays as it was left. */
  readonly pressed?: boolean;
  /** For tests and styles: what the button does. */
  readonly act: string;
}

export function Button({
  children,
  onClick,
  kind = 'plain',
  icon,
  label,
  disabled = false,
  submits = false,
  pressed,
  act,
}: ButtonProps) {
  return (
    <button
      type={submits ? 'submit' : 'button'}
      class={cls('button', `button-${kind}`)}
      data-act={act}
      aria-label={label}
      aria-pressed={pressed}
      aria-disabled={disabled || undefined}
      onClick={disabled ? undefined : onClick}
    >
      {icon !== undefined && <Icon name={icon} />}
      <span>{children}</span>
    </button>
  );
}

export function Brand() {
  return (
    <span class="brand">
      <Mark />
      <span class="brand-name">{strings.product}</span>
    </span>
  );
}

/** A stream in a video element. Sound never comes from here (media/sound.ts). */
export function Picture({
  stream,
  mirrored = false,
  label,
}: {
  readonly stream: MediaStream;
  readonly mirrored?: boolean;
  readonly label?: string;
}) {
  const ref = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    const video = ref.current;
    if (video === null) return undefined;
    video.muted = true;
    video.srcObject = stream;
    // Refused or interrupted: autoplay starts it as soon as it may.
    void video.play().catch(() => undefined);
    const forget = shownPictures.add(video, stream);
    return () => {
      forget();
      video.srcObject = null;
    };
  }, [stream]);
  return (
    <video
      ref={ref}
      class={cls('picture', mirrored && 'is-mirrored')}
      autoPlay
      playsInline
      muted
      aria-label={label}
      aria-hidden={label === undefined}
    />
  );
}
