/* SPDX-License-Identifier: GPL-3.0-or-later */
import { render } from 'preact';
import { App } from './app/app';
import { Root } from './views/root';

const root = document.getElementById('app');
if (root !== null) {
  const app = new App();
  render(<Root store={app.store} commands={app} />, root);
  void app.start();
}
