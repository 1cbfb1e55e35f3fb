/* SPDX-License-Identifier: GPL-3.0-or-later */
// Says back what it is told: for the tests of how workers are started (tests/attack/B1.test.mjs).
self.addEventListener('message', (event) => self.postMessage(event.data));

export {};
