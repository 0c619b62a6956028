// The form 申込の作成: saves itself, asks before it empties a section, fills 契約保証 like 前払金保証, tells sums at the side.
(() => {
  'use strict';
  const $ = id => document.getElementById(id), form = $('f');
  if (!form) return;
  const field = name => form.elements.namedItem(name);

  // ---- saving by itself
  const PAUSE = 10000;  // milliseconds from one saving to the next
  const LOST = 'ログインの時間が切れました。入力した内容はこの画面に残っています。';
  const FAILED = '保存できませんでした。通信を確かめてください。次に入力したときに、もう一度保存します。';
  const typed = () => {
    const data = new FormData(form);
    for (const name of ['csrfmiddlewaretoken', 'version', 'act']) data.delete(name);
    return new URLSearchParams(data).toString();
  };
  // What the server is known to hold; null when the page shows what it refused or has not seen.
  let stored = form.dataset.stored === 'no' ? null : typed();
  let stopped = form.dataset.stored === 'conflict', spoken = false, lastAt = -Infinity, timer = 0, saving = null, leaving = false;
  const changed = () => typed() !== stored;

  const say = (text, link) => {
    const told = $('saved');
    told.classList.add('trouble');
    told.replaceChildren(text);
    if (link) {
      const way = document.createElement('a');
      Object.assign(way, { href: link.href, textContent: link.text, target: '_blank', rel: 'noopener' });
      told.append(' ', way);
    }
    $('saved-said').textContent = text;
  };
  const show = told => {
    $('saved').replaceWith(told);
    if (told.classList.contains('trouble') || !spoken) $('saved-said').textContent = told.textContent.trim();
    spoken ||= Boolean(told.dataset.version);
  };
  const loggedOut = () => say(LOST, { href: $('session').dataset.login, text: '別の画面でログインする' });

  const post = async act => {
    const body = new URLSearchParams(new FormData(form));
    body.set('act', act);
    return fetch(form.action, { method: 'POST', body, headers: { 'HX-Request': 'true', 'X-Netdesk-By-Itself': '1' }, keepalive: body.toString().length < 60000 });
  };
  // A log-in in another window gave this browser a new token; the page takes it over.
  const freshToken = async () => {
    const answer = await fetch($('session').dataset.url, { headers: { 'HX-Request': 'true', 'X-Netdesk-By-Itself': '1' } });
    const page = document.createElement('template');
    page.innerHTML = answer.headers.has('HX-Redirect') ? '' : await answer.text();
    const fresh = page.content.querySelector('#session');
    if (fresh) field('csrfmiddlewaretoken').value = $('session').dataset.token = fresh.dataset.token;
    return Boolean(fresh);
  };
  // Gives "stored", or "lost" when what is typed stands on this page only.
  const store = async () => {
    lastAt = Date.now();
    const sent = typed();
    let answer;
    try {
      answer = await post('autosave');
      if (answer.status === 403 && await freshToken()) answer = await post('autosave');
      if (answer.headers.has('HX-Redirect')) { loggedOut(); return 'lost'; }
      const page = document.createElement('template');
      page.innerHTML = await answer.text();
      const told = page.content.querySelector('#saved');
      if (!told) throw new Error(`no answer to a saving: ${answer.status}`);
      show(told);
      const toc = page.content.querySelector('#toc');
      if (toc) $('toc').replaceWith(toc);
      if (answer.status === 409) { stopped = told.dataset.again !== '1'; return 'lost'; }
      if (told.dataset.version) {
        field('version').value = told.dataset.version;
        // From now on this page has an address that leads back to what is stored.
        if (location.pathname !== new URL(form.action).pathname) history.replaceState(null, '', form.action);
      }
    } catch {
      say(FAILED);
      return 'lost';
    }
    stored = sent;
    return 'stored';
  };
  const save = () => {
    clearTimeout(timer);
    if (stopped) return Promise.resolve('lost');
    if (leaving) return Promise.resolve('stored');
    if (!saving && changed()) saving = store().finally(() => { saving = null; });
    return saving || Promise.resolve('stored');
  };
  const soon = () => {
    if (stopped || leaving || !changed()) return;
    clearTimeout(timer);
    timer = setTimeout(async () => { await save(); }, Math.max(0, lastAt + PAUSE - Date.now()));
  };
  form.addEventListener('focusout', () => setTimeout(soon));  // after nd.js has tidied what was typed
  form.addEventListener('change', () => setTimeout(soon));
  document.addEventListener('visibilitychange', () => { if (document.hidden && changed()) save(); });
  document.addEventListener('nd:session-ending', event => event.detail.waitFor(save()));
  document.addEventListener('nd:session-ended', event => {
    if (changed()) loggedOut();
    event.detail.waitFor(Promise.resolve(changed() ? 'lost' : 'stored'));
  });
  // A button waits for a saving on its way, and no saving begins behind a button: otherwise the form would bring an older
  // version and meet itself. This stands on the window, before the guard against double presses.
  let waiting = false;
  addEventListener('submit', event => {
    if (event.target !== form) return;
    const login = $('saved').querySelector(`a[href="${$('session').dataset.login}"]`);
    if (login) {  // what is typed would be lost at the log-in
      event.preventDefault();
      event.stopImmediatePropagation();
      login.focus();
      return;
    }
    if (!saving) { leaving = true; clearTimeout(timer); return; }
    event.preventDefault();
    event.stopImmediatePropagation();
    if (waiting) return;
    waiting = true;
    saving.then(() => { waiting = false; form.requestSubmit(event.submitter); });
  }, true);
  addEventListener('pageshow', () => { leaving = false; });  // whoever comes back types on
  // After a log-in in another window the token on this page is an old one: the buttons must not send that.
  addEventListener('focus', async () => {
    if (!$('saved').classList.contains('trouble') || !$('saved').querySelector(`a[href="${$('session').dataset.login}"]`)) return;
    if (await freshToken().catch(() => false)) save();
  });

  // ---- クリア asks first; without this file it can be undone as well
  const asked = $('clear-dlg');
  let wanted = null;
  form.addEventListener('click', event => {
    const button = event.target.closest('[data-clear]');
    if (!button || !asked) return;
    event.preventDefault();
    wanted = button;
    asked.querySelectorAll('[data-part]').forEach(el => { el.textContent = button.dataset.clear; });
    asked.showModal();
    asked.querySelector('[data-keep]').focus();
  });
  asked?.addEventListener('click', event => {
    const yes = event.target.closest('[data-yes]');
    if (!yes && !event.target.closest('[data-keep]')) return;
    asked.close();
    wanted.focus();
    if (yes) form.requestSubmit(wanted);
  });

  // ---- 前払金保証と同じにする, at once where both sections are open
  const answerOf = name => { const one = field(name); return one ? one.value : ''; };
  const give = (name, value) => {
    const one = field(name);
    if (!one || !value) return;
    one.value = value;
    const control = one instanceof RadioNodeList ? [...one].find(radio => radio.checked) : one;
    if (control) for (const type of ['input', 'change']) control.dispatchEvent(new Event(type, { bubbles: true }));
  };
  form.addEventListener('click', event => {
    const button = event.target.closest('[data-same]');
    if (!button || !field('advance_format')) return;
    event.preventDefault();
    const names = button.dataset.same.split(' '), found = names.filter(name => answerOf(`advance_${name}`));
    for (const name of found) give(`contract_${name}`, answerOf(`advance_${name}`));
    $('same-said').textContent = found.length ? '証書の形式・支払方法・請求先・計算書を、前払金保証と同じにしました。' : '前払金保証がまだ入力されていません。先に前払金保証を入力してください。';
  });

  // ---- format and ratio under each sum at the side
  const note = () => document.querySelectorAll('output[data-note]').forEach(out => {
    const product = out.dataset.note, box = field(`${product}_on`), chosen = field(`${product}_format`);
    if (!chosen) return;  // closed: the server has written it
    const word = { electronic: '電子保証', paper: '証書（紙）' }[chosen.value] || '';
    const ratio = form.querySelector(`output[data-amount="id_${product}_amount"] b`)?.textContent || '—';
    const on = box && (box.type !== 'checkbox' || box.checked);
    const text = on ? [word, ratio === '—' ? '' : `${ratio}%`].filter(Boolean).join('・') : '';
    if (out.textContent !== text) out.textContent = text;
  });
  for (const type of ['input', 'change', 'focusout']) form.addEventListener(type, () => setTimeout(note));
  setTimeout(note);
  if (stored === null && !stopped) soon();
})();
