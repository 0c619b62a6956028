// まもなくログアウトします: asks five minutes before the session ends, and leads to the log-in when it has ended.
// The server alone knows when that is: another window may have gone on meanwhile, so it is asked again before each word.
(() => {
  'use strict';
  const told = document.getElementById('session'), dlg = document.getElementById('session-dlg');
  if (!told || !dlg) return;
  const WARNED = 300, LATE = 1;  // seconds
  let timer = 0, way = '';

  // Ends of the session by our own clock, which need not be right.
  const until = ({ idle, absolute }) => {
    const now = Date.now() / 1000;
    return { idle: now + Number(idle), absolute: now + Number(absolute) };
  };
  let ends = until(told.dataset);
  const end = () => Math.min(ends.idle, ends.absolute);
  const wait = seconds => { clearTimeout(timer); timer = setTimeout(check, Math.max(seconds, LATE) * 1000); };

  const ask = async (method, heads = {}) => {
    const answer = await fetch(told.dataset.url, { method, headers: { 'HX-Request': 'true', 'HX-Current-URL': location.href, 'X-CSRFToken': told.dataset.token, ...heads } });
    way = answer.headers.get('HX-Redirect') || '';
    if (way) return null;
    const page = document.createElement('template');
    page.innerHTML = await answer.text();
    const fresh = page.content.querySelector('#session');
    if (!fresh) throw new Error('no session in the answer');
    told.dataset.token = fresh.dataset.token;
    return until(fresh.dataset);
  };

  // Whoever keeps something typed may save it first (form.js); "lost" means it could not.
  const draft = async kind => {
    const waiting = [];
    document.dispatchEvent(new CustomEvent(`nd:${kind}`, { detail: { waitFor: promise => waiting.push(promise) } }));
    const states = await Promise.all(waiting);
    return states.includes('lost') ? 'lost' : states.includes('stored') ? 'stored' : '';
  };

  const warn = async () => {
    const kept = await draft('session-ending'), kind = ends.absolute <= ends.idle ? 'absolute' : 'idle';
    dlg.querySelectorAll('[data-kind]').forEach(el => { el.hidden = el.dataset.kind !== kind; });
    dlg.querySelectorAll('[data-draft]').forEach(el => { el.hidden = el.dataset.draft !== kept; });
    dlg.querySelectorAll('[data-minutes]').forEach(el => { el.textContent = Math.max(1, Math.round((end() - Date.now() / 1000) / 60)); });
    // A dialog that is open already stays below: this one is more urgent, and closing it leads back.
    if (!dlg.open) dlg.showModal();
    dlg.querySelector('button:not([hidden])').focus();
  };

  // The page leads to the log-in by itself, which says why and leads back here; not while something typed would be lost by it.
  const leave = async () => {
    if (await draft('session-ended') !== 'lost') location.assign(way);
  };

  async function check() {
    try {
      const fresh = await ask('GET', { 'X-Netdesk-By-Itself': '1' });
      if (!fresh) { leave(); return; }
      ends = fresh;
    } catch {
      wait(30);  // no connection: nothing is known, and nothing can be done
      return;
    }
    const left = end() - Date.now() / 1000;
    if (left > WARNED + LATE) {
      if (dlg.open) dlg.close();
      wait(left - WARNED);
    } else {
      if (!dlg.open) await warn();
      wait(left + LATE);
    }
  }

  dlg.addEventListener('click', async event => {
    if (event.target.closest('[data-understood]')) { dlg.close(); return; }
    if (!event.target.closest('[data-stay]')) return;
    try {
      const fresh = await ask('POST');
      if (!fresh) { leave(); return; }
      ends = fresh;
    } catch {
      wait(LATE);
      return;
    }
    dlg.close();
    wait(end() - Date.now() / 1000 - WARNED);
  });
  // A computer that slept has late timers.
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden && end() - Date.now() / 1000 < WARNED) check();
  });
  wait(end() - Date.now() / 1000 - WARNED);
})();
