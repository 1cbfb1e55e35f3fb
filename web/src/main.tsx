/* SPDX-License-Identifier: GPL-3.0-or-later */
import { render } from 'preact';
import './app/trusted'; // its policy exists before anybody could make one of this name
import { SiteApp } from './app/site';
import { sealCapture } from './media/gesture';
import { Root } from './pages/root';

sealCapture();
const root = document.getElementById('app');
if (root !== null) {
  const app = new SiteApp();
  const started = app.start();
  render(<Root store={app.store} commands={app} meeting={{ store: app.meeting.store, commands: app.meeting }} />, root);
  void started;
}
