/* SPDX-License-Identifier: GPL-3.0-or-later */
// Before something sensitive, and after half an hour without a person: whoever sits here shows that it is them.
import { readMe } from '../api/account';
import type { FactorReason } from '../identity/visitor';
import { strings } from '../strings';
import { useSite } from './context';
import { CancelButton } from './forms';
import { accountOf } from './model';
import { WithOffer } from './offer';
import { Dialog, Loading } from './parts';
import { SignOut } from './sign_out';
import { SignInFlow, type SignInFlowProps } from './signin_flow';
import { useLoaded } from './task';

/** Stands on top of every screen while a request waits for a factor. */
export function FactorDialog() {
  const { asking } = useSite().site;
  return asking === null ? null : <FactorQuestion key={asking} why={asking} />;
}

function FactorQuestion({ why }: { readonly why: FactorReason }) {
  const { site, commands } = useSite();
  const text = strings.account.factor;
  const name = accountOf(site)?.name ?? '';
  const locked = why === 'locked';
  return (
    <Dialog
      name={why}
      title={locked ? text.lockedTitle : text.confirmTitle}
      // A locked session has nothing behind the question to go back to.
      {...(locked ? {} : { onClose: () => commands.factorDone(false) })}
    >
      <p>{locked ? text.lockedLead(name) : text.confirmLead}</p>
      {locked ? <Flow why={why} /> : <FlowOfOwned why={why} />}
      {locked && <p class="hint">{text.lockedAdvice}</p>}
      <p class="actions">{locked ? <SignOut /> : <CancelButton onCancel={() => commands.factorDone(false)} />}</p>
    </Dialog>
  );
}

interface FlowProps extends Pick<SignInFlowProps, 'owned' | 'providers'> {
  readonly why: FactorReason;
}

function Flow({ why, ...owned }: FlowProps) {
  const { commands } = useSite();
  return (
    <WithOffer>
      {(offer) => (
        <SignInFlow
          {...owned}
          purpose={why}
          offer={offer}
          back={location.pathname}
          onDone={() => commands.factorDone(true)}
        />
      )}
    </WithOffer>
  );
}

/** With what this account has, and no more. */
function FlowOfOwned({ why }: { readonly why: FactorReason }) {
  const { commands } = useSite();
  const me = useLoaded(() => readMe(commands.openApi));
  if (me.value === null) return me.failure === null ? <Loading /> : <Flow why={why} />;
  const { has_password, passkeys, phone, issuers } = me.value;
  const owned = { password: has_password, passkey: passkeys.length > 0, phone: phone !== '' };
  return <Flow why={why} owned={owned} providers={issuers} />;
}
