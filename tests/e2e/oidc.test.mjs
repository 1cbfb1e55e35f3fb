/* SPDX-License-Identifier: GPL-3.0-or-later */
// Signing in with an account of elsewhere, as a person does it in a real browser with a real provider: the way there
// and back, a no, an address that belongs to somebody already, and connecting the two (A8).
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { firstAdministrator, PASSWORD } from '../lib/accounts.mjs';
import { makeAuthority } from '../lib/authority.mjs';
import { CLIENT, SECRET, startProvider } from '../lib/oidc.mjs';
import { click } from '../lib/meeting.mjs';
import { fill, onScreen, pressOn, seesWords } from '../lib/pages.mjs';
import { request } from '../lib/signal-client.mjs';
import { staged } from '../lib/stage.mjs';

/** A server and the one provider that it knows, with `id` and its button's name. */
async function serverWithProvider(stage, args = []) {
  const folder = await mkdtemp(path.join(tmpdir(), 'testudo-e2e-oidc-'));
  stage.owns({ stop: () => rm(folder, { recursive: true, force: true }) });
  const authority = await makeAuthority(folder);
  const provider = await startProvider(await authority.certificate('IP:127.0.0.1'), 'https://later.example');
  stage.owns({
    stop: () => {
      provider.server.closeAllConnections();
      provider.server.close();
    },
  });
  const secret = path.join(folder, 'client-secret');
  await writeFile(secret, `${SECRET}\n`, { mode: 0o600 });
  const oidc = ['--oidc_issuers', provider.issuer, '--oidc_clients', CLIENT, '--oidc_secret_files', secret];
  const server = await stage.server({ args: [...oidc, '--ca_file', authority.file, ...args] });
  await server.hostLink();
  const { json } = await request(server.origin, 'GET', '/api/v1/server');
  provider.id = json.ways.oidc[0].id;
  provider.redirect = `${server.origin}/oidc/${provider.id}`;
  provider.use('ES256', 'one');
  return { server, provider };
}

/** At the provider: who one is, and that the server may know it. */
async function agreeAsLogin(page, login) {
  await page.waitForSelector('input[name="login"]', { timeout: 20_000 });
  await page.type('input[name="login"]', login);
  await page.type('input[name="password"]', 'x');
  await click(page, 'button[type="submit"]');
  await page.waitForSelector('input[name="prompt"][value="consent"]', { timeout: 20_000 });
  await click(page, 'button[type="submit"]');
}

const addressOf = (page) => page.evaluate(() => location.href);

for (const kind of ['chromium', 'firefox'])
  staged(`${kind}: there, back, and signed in; what was brought along is not left in the address`, async (stage) => {
    const { server, provider } = await serverWithProvider(stage, ['--sign_up', 'open']);
    const browser = await stage.browser(kind);
    const page = await browser.newPage();
    await page.goto(`${server.origin}/signin#/account`);
    await pressOn(page, `provider-${provider.id}`);
    await agreeAsLogin(page, 'ann');
    await onScreen(page, 'account');
    await seesWords(page, 'ann@example.org');
    await seesWords(page, 'The ann');
    assert.equal(await addressOf(page), `${server.origin}/account`);
  });

staged('who says no at the provider is told that nothing has happened, and can choose another way', async (stage) => {
  const { server, provider } = await serverWithProvider(stage);
  const browser = await stage.browser('chromium');
  const page = await browser.newPage();
  await page.goto(`${server.origin}/signin`);
  await pressOn(page, `provider-${provider.id}`);
  await click(page, 'a[href$="/abort"]');
  await onScreen(page, 'oidc oidc_denied');
  assert.equal(await addressOf(page), `${server.origin}/oidc/${provider.id}`);
  await page.goto(`${server.origin}/oidc/${provider.id}?code=made-up&state=made-up`);
  await onScreen(page, 'oidc oidc_unknown_state');
});

staged('an account with the same address is not taken over: its owner connects the provider first', async (stage) => {
  const { server, provider } = await serverWithProvider(stage);
  const administrator = await firstAdministrator(server);
  const { link } = await administrator.ask('POST', '/api/v1/people', { email: 'ann@example.org', name: 'Ann Amt' }, 201);
  const [browser, other] = await stage.browsers('chromium', 'firefox');
  const page = await browser.newPage();
  await page.goto(link);
  await pressOn(page, 'open-link');
  await fill(page, 'password', PASSWORD);
  await pressOn(page, 'save-account');
  await onScreen(page, 'ready');

  const stranger = await other.newPage();
  await stranger.goto(`${server.origin}/signin`);
  await pressOn(stranger, `provider-${provider.id}`);
  await agreeAsLogin(stranger, 'ann');
  await onScreen(stranger, 'oidc link_first');

  await page.goto(`${server.origin}/account`);
  await pressOn(page, `connect-${provider.id}`);
  await agreeAsLogin(page, 'ann');
  await onScreen(page, 'account');
  await seesWords(page, 'connected', '[data-section="providers"]');

  await stranger.goto(`${server.origin}/signin#/account`);
  await pressOn(stranger, `provider-${provider.id}`);
  // The provider knows its visitor by now.
  await onScreen(stranger, 'account');
  await seesWords(stranger, 'Ann Amt');
});
