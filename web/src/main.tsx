/* SPDX-License-Identifier: GPL-3.0-or-later */
import { render } from 'preact';
import { startServiceWorker } from './app/trusted'; // first: before anybody could make a policy of this name
import { SiteApp } from './app/site';
import { sealCapture } from './media/gesture';
import { watchOpenedWindows } from './media/opened';
import { Root } from './pages/root';

sealCapture();
watchOpenedWindows();
const root = document.getElementById('app');
const isStyled = getComputedStyle(document.documentElement).getPropertyValue('--accent') !== '';
// Without its style the page does not start, as without its program: what stands in the document says why (B12).
if (root !== null && isStyled) {
  root.replaceChildren();
  startServiceWorker();
  const app = new SiteApp();
  const started = app.start();
  render(
    <Root
      store={app.store}
      commands={app}
      meeting={{ store: app.meeting.store, commands: app.meeting }}
      calls={{ store: app.line.store, commands: app.line }}
    />,
    root,
  );
  void started;
}
