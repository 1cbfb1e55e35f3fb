/* SPDX-License-Identifier: GPL-3.0-or-later */
// Which catalogue this program speaks. The build makes one program a language, and puts each one's catalogue in the
// place of this file (build.mjs): no page loads two, and the hashes of all are published.
export { catalogue } from './en';
