// What every page does the same way: returns one line of text for every page habit that is broken.
() => {
  const faults = [];
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const told = element => element.outerHTML.replace(/\s+/g, ' ').slice(0, 110);
  const shown = element => element.checkVisibility({ visibilityProperty: true }) && !element.closest('.vh,.skip');
  const say = (what, element) => faults.push(element ? `${what}: ${told(element)}` : what);
  const words = element => all('*', element).concat(element).filter(shown).flatMap(one => [...one.childNodes])
    .filter(node => node.nodeType === 3).map(node => node.textContent.trim()).join('');

  // Labels (3.3.2): words that can be seen, and in what is posted a badge.
  for (const control of all('main input:not([type=hidden],[type=submit],[type=button]),main select,main textarea').filter(shown)) {
    const labels = [...control.labels ?? []].filter(shown);
    if (!labels.some(label => words(label).replace(/必須|任意/, ''))) say('no label that can be seen', control);
    if (control.placeholder) say('placeholder', control);
    // No badge: search forms, where nothing is asked for; the switch of a product, which is itself the question; the box
    // that shows a password, which is not sent; rows of a result, one of which is taken over into a form.
    if (control.form?.method !== 'post' || control.closest('.switch,.show,.res')) continue;
    const name = control.type === 'radio' || control.type === 'checkbox' ? control.closest('fieldset')?.querySelector('legend') ?? labels[0] : labels[0];
    if (!name || !all('.req,.opt', name).some(shown)) say('neither 必須 nor 任意', control);
    const must = control.required || control.getAttribute('aria-required') === 'true';
    if (name && must !== Boolean(name.querySelector('.req'))) say('the badge says something else than the control', control);
  }

  // Zoom and turning (1.3.4, 1.4.4): nothing is locked.
  const viewport = document.querySelector('meta[name=viewport]')?.content.replace(/\s/g, '') ?? '';
  if (viewport !== 'width=device-width,initial-scale=1') say(`viewport ${viewport}`);
  for (const sheet of document.styleSheets) {
    for (const rule of sheet.cssRules) if (rule.media && /orientation/.test(rule.media.mediaText)) say(`a rule for one orientation: ${rule.media.mediaText}`);
  }
  return faults;
}
