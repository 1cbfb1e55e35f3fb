/* SPDX-License-Identifier: GPL-3.0-or-later */
// What Google's csp_evaluator says of the policy that browsers get: nobody here wrote it.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { CspEvaluator } from 'csp_evaluator/dist/evaluator.js';
import { Severity, Type } from 'csp_evaluator/dist/finding.js';
import { CspParser } from 'csp_evaluator/dist/parser.js';
import { startServer } from '../lib/server.mjs';
import { request } from '../lib/signal-client.mjs';

let server;
before(async () => { server = await startServer(); });
after(() => server?.stop());

test('csp_evaluator finds nothing in the policy', async () => {
  const policy = (await request(server.origin, 'GET', '/')).headers['content-security-policy'];
  const findings = new CspEvaluator(new CspParser(policy).csp).evaluate()
    // It asks whether a script of 'self' could be a file that a user has brought, or JSONP: there is neither here.
    .filter(({ type, severity }) => !(type === Type.SCRIPT_ALLOWLIST_BYPASS || severity === Severity.MEDIUM_MAYBE))
    // The bare address of this machine is in the local profile's policy alone.
    .filter(({ type }) => type !== Type.IP_SOURCE);
  assert.deepEqual(findings, []);
});

test('it would find a hole', () => {
  const findings = new CspEvaluator(new CspParser("script-src 'self' 'unsafe-inline' *").csp).evaluate();
  assert.ok(findings.some(({ severity }) => severity === Severity.HIGH));
});
