/* SPDX-License-Identifier: GPL-3.0-or-later */
import { useEffect } from 'preact/hooks';
import { strings } from '../strings';
import { useSite } from './context';
import { accountOf } from './model';
import { WithOffer } from './offer';
import { Page } from './shell';
import { SignInFlow } from './signin_flow';

/** `back`: where to go afterwards; null: one is there already, and the page that needed an account appears by
 * itself. */
export function SignInPage({ back }: { readonly back: string | null }) {
  const { commands } = useSite();
  const text = strings.account.signIn;
  return (
    <Page name="signin" title={text.title} form="steps">
      {back !== null && <SignedInAlready back={back} />}
      <WithOffer>
        {(offer) => (
          <SignInFlow
            purpose="sign_in"
            offer={offer}
            back={back ?? location.pathname}
            onDone={() => back !== null && commands.go(back, true)}
          >
            <p class="lead">{text.lead(location.host)}</p>
          </SignInFlow>
        )}
      </WithOffer>
    </Page>
  );
}

/** Who is signed in, perhaps in another window a moment ago, has nothing to do here. */
function SignedInAlready({ back }: { readonly back: string }) {
  const { site, commands } = useSite();
  const signedIn = accountOf(site) !== null;
  useEffect(() => {
    if (signedIn) commands.go(back, true);
  }, [signedIn]);
  return null;
}
