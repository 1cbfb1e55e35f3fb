/* SPDX-License-Identifier: GPL-3.0-or-later */
import { render } from 'preact';

const root = document.getElementById('app');
if (root !== null) render(<main><h1>Testudo</h1></main>, root);
