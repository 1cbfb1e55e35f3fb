/* SPDX-License-Identifier: GPL-3.0-or-later */
// Texts by which script gets into careless pages, and how to see whether one did (B3): each would set `window.pwned`.

export const PAYLOADS = [
  '<img src=x onerror=pwned=1>',
  '"><script>window.pwned=1</script>',
  "'><svg/onload=pwned=1>",
  'javascript:pwned=1',
  '{{constructor.constructor("pwned=1")()}}',
  '<iframe srcdoc="<script>parent.pwned=1</script>">',
  '<a href="javascript:window.pwned=1">x</a>',
  '&lt;script&gt;pwned=1&lt;/script&gt;',
  '</title></textarea><script>pwned=1</script>',
  '" autofocus onfocus=pwned=1 x="',
  '<details open ontoggle=pwned=1>',
  '${pwned=1}`+pwned=1+`',
  '<math><mtext><style><img src=x onerror=pwned=1>',
  '\\u003cimg src=x onerror=pwned=1\\u003e',
  '=HYPERLINK("javascript:pwned=1")',
];

/** To be called on a fresh page: has it note what its policy had to forbid; gives the dialogs that it opens. */
export async function watchForScripts(page) {
  const dialogs = [];
  page.on('dialog', (dialog) => {
    dialogs.push(dialog.message());
    void dialog.dismiss();
  });
  await page.evaluateOnNewDocument(() => {
    window.violations = [];
    document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => {
      window.violations.push(`${violatedDirective} ${blockedURI}`);
    });
  });
  return dialogs;
}

/** What nobody's text may have made of the page: all of it must be as `NOTHING`; and the words that are read there. */
export const lookOver = (page) =>
  page.evaluate(() => {
    const kinds = 'iframe, object, embed, img:not([src^="/assets/"]):not([src^="blob:"]), a[href^="javascript"], '
      + '[onerror], [onload], [onfocus], [ontoggle], [srcdoc], math, style';
    const scripts = [...document.scripts].filter(({ src }) => !new URL(src).pathname.startsWith('/assets/'));
    const inputs = [...document.querySelectorAll('input, option, textarea')];
    const fields = inputs.map((field) => field.value + field.textContent);
    return {
      foreign: [...scripts, ...document.querySelectorAll(kinds)].map((element) => element.outerHTML),
      violations: window.violations,
      ran: window.pwned !== undefined,
      words: [document.title, document.body.innerText, ...fields].join('\n'),
    };
  });

export const NOTHING = { foreign: [], violations: [], ran: false };
