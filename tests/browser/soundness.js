// What axe does not see: returns one line of text for every fault found on the page as it stands.
() => {
  const faults = [];
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const told = element => element.outerHTML.replace(/\s+/g, ' ').slice(0, 110);
  const shown = element => element.checkVisibility({ visibilityProperty: true }) && !element.closest('.vh,.skip,.visually-hidden,.skip-to-content-link');
  const say = (what, element) => faults.push(element ? `${what}: ${told(element)}` : what);

  // Reflow, at the width the window has now.
  if (document.documentElement.scrollWidth > innerWidth) {
    const wide = all('body *').filter(element => shown(element) && element.getBoundingClientRect().right > innerWidth + 1);
    say(`the page is ${document.documentElement.scrollWidth} px wide in a window of ${innerWidth}`, wide.at(-1) ?? document.body);
  }

  // Names and references.
  const ids = all('[id]').map(element => element.id);
  for (const id of new Set(ids.filter((id, at) => ids.indexOf(id) !== at))) say(`id ${id} occurs twice`);
  for (const name of ['for', 'aria-describedby', 'aria-labelledby', 'aria-controls', 'aria-owns', 'aria-details', 'aria-errormessage', 'form', 'list', 'headers']) {
    for (const element of all(`[${name}]`)) {
      for (const id of element.getAttribute(name).split(/\s+/)) if (!document.getElementById(id)) say(`${name} leads to no ${id || 'empty id'}`, element);
    }
  }
  for (const link of all('a[href^="#"]:not([role=button],.cancel-link)')) if (!document.getElementById(decodeURIComponent(link.hash.slice(1)))) say('fragment leads nowhere', link);

  // Headings, title, language.
  if (all('h1').filter(shown).length !== 1) say(`${all('h1').length} h1`);
  if (document.documentElement.lang !== 'ja') say('lang is not ja');
  if (!/^(エラー：)?[^｜]+(｜[^｜]+)*｜ネットデスク$/.test(document.title)) say(`title ${document.title}`);
  // What is wrong in a dialog is told there: the page behind it is as it was.
  const wrong = all('#error-summary,[role=alert],[aria-invalid=true],.errornote').some(one => shown(one) && !one.closest('dialog'));
  if (wrong !== document.title.startsWith('エラー：')) say(`${wrong ? 'errors but' : 'no errors but'} the title ${document.title}`);

  // What the house forbids. Django's script hides its own "add another row" where nothing may be added.
  for (const element of all('[placeholder],[disabled],[readonly],[style],[onclick],[autofocus][tabindex="1"]')) {
    if (!element.closest('[data-third-party],.add-row[style="display: none;"]')) say('forbidden attribute', element);
  }

  // Targets of at least 24 by 24 px, and a focus that can be seen, wherever the dialog in front lets one go.
  const front = document.querySelector('dialog[open]') ?? document;
  const before = document.activeElement;
  for (const element of all('a[href],button,input:not([type=hidden]),select,textarea,summary,[tabindex="0"]', front).filter(shown)) {
    const card = element.closest('label');
    const box = (element.matches('[type=checkbox],[type=radio]') && card ? card : element).getBoundingClientRect();
    if (box.width < 23.9 || box.height < 23.9) say(`target of ${box.width.toFixed(1)} × ${box.height.toFixed(1)} px`, element);
    element.focus({ preventScroll: true });
    if (document.activeElement !== element) { say('cannot be focused', element); continue; }
    const rings = [element, card].filter(Boolean).map(one => getComputedStyle(one));
    if (!rings.some(ring => ring.outlineStyle !== 'none' && parseFloat(ring.outlineWidth) >= 2)) say('focus is not visible', element);
  }
  before?.focus({ preventScroll: true });
  return faults;
}
