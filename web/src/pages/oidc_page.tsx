/* SPDX-License-Identifier: GPL-3.0-or-later */
import { useEffect, useState } from 'preact/hooks';
import { showProvider, type Session } from '../api/session';
import { takeBack } from '../app/provider';
import { strings } from '../strings';
import { MessagePage, OpeningPage } from '../views/message_page';
import { useSite } from './context';
import { accountOf } from './model';
import { WithOffer } from './offer';
import { Page } from './shell';
import { SignInFlow } from './signin_flow';
import { failureOf, type Failure } from './task';

interface OidcProps {
  readonly provider: string;
  readonly parameters: string;
}

/** Where a provider sends the browser back to. What it said was taken out of the address bar already. */
export function OidcPage({ provider, parameters }: OidcProps) {
  const { commands } = useSite();
  const [failure, setFailure] = useState<Failure | null>(null);
  const [session, setSession] = useState<Session | null>(null);
  const [back] = useState(() => takeBack() ?? '/account');
  const leave = () => commands.go(back, true);
  useEffect(() => {
    showProvider(commands.openApi, provider, parameters).then(
      (shown) => {
        commands.sessionIs(shown);
        setSession(shown);
        if (accountOf({ session: shown }) !== null) leave();
      },
      (error: unknown) => setFailure(failureOf(error)),
    );
  }, []);
  if (failure !== null) return <Refused failure={failure} />;
  if (session?.pending == null) return session === null ? <OpeningPage /> : <Verified onDone={leave} />;
  return (
    <Page name="oidc-second" form="steps">
      <WithOffer>{(offer) => <SignInFlow purpose="sign_in" offer={offer} back={back} onDone={leave} />}</WithOffer>
    </Page>
  );
}

function Refused({ failure }: { readonly failure: Failure }) {
  const text = strings.account.oidc;
  return (
    <MessagePage name={`oidc ${failure.reason ?? failure.code}`} title={text.failed} text={wordsOf(failure)}>
      <p class="actions">
        <a class="button button-primary" href="/signin">
          <span>{failure.code === 'link_first' ? strings.account.nav.signIn : text.again}</span>
        </a>
      </p>
    </MessagePage>
  );
}

function wordsOf({ code, reason, text: words }: Failure): string {
  const text = strings.account.oidc;
  if (code === 'link_first') return text.linkFirst;
  const closer = reason !== null && Object.hasOwn(text.reasons, reason) ? text.reasons[reason] : undefined;
  return closer ?? (code === 'provider_refused' ? text.untrusted : words);
}

/** The provider has told an address, and no account has it. */
function Verified({ onDone }: { readonly onDone: () => void }) {
  const { site } = useSite();
  const text = strings.account.signIn;
  return (
    <MessagePage name="oidc-verified" title={text.verifiedTitle} text={text.verified(site.session?.email ?? '')}>
      <p class="actions">
        <button type="button" class="button button-primary" data-act="go-on" onClick={onDone}>
          {text.goOn}
        </button>
      </p>
    </MessagePage>
  );
}
