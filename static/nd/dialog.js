// The dialogs of 検索 and 登録: the page behind the button is fetched into one <dialog>. Without this file the button opens
// that page. What is chosen or registered there goes into the form.
(() => {
  'use strict';
  if (!window.htmx) return;
  const FAILED = '検索できませんでした。通信の状態を確かめて、画面を読み込み直してから、もう一度お試しください。';
  const dlg = document.createElement('dialog');
  dlg.className = 'dlg';
  dlg.id = 'dlg';
  dlg.setAttribute('aria-labelledby', 'dlg-h');
  const UNKEPT = '登録できませんでした。通信の状態を確かめて、もう一度お試しください。入力した内容はそのまま残っています。';
  let opener = null;
  // What was registered is spoken from a place of the page that exists before.
  const told = document.createElement('p');
  told.className = 'vh';
  told.setAttribute('role', 'status');
  document.getElementById('main')?.append(told);

  const fail = () => {
    // What was typed for 登録 stays; the trouble is said above it.
    const form = dlg.querySelector('form[method=post]'), said = form?.querySelector('#dlg-said');
    if (said) { said.innerHTML = '<p class="err"></p>'; said.firstChild.textContent = UNKEPT; return; }
    dlg.innerHTML = '<div class="dlg-h"><h2 id="dlg-h">検索</h2><button class="b txt sm" type="button" data-close>閉じる</button></div><p class="dlg-note" role="alert"></p>';
    dlg.querySelector('.dlg-note').textContent = FAILED;
  };
  const show = () => {
    // A log-in page or an error page has no #dlg-h: nothing of it belongs into the dialog.
    if (!dlg.querySelector('#dlg-h')) fail();
    if (!dlg.open) dlg.showModal();
    (dlg.querySelector('input:not([type=hidden])') || dlg.querySelector('[data-close]')).focus();
  };
  const open = async link => {
    if (!dlg.contains(link)) opener = link;  // 登録 may be opened from within a search: the choice is for the same field
    told.textContent = '';
    dlg.replaceChildren();
    if (!dlg.isConnected) document.body.append(dlg);
    // What already stands in the field is what is looked for.
    const typed = 'carry' in link.dataset ? link.closest('.withbtn').querySelector('input').value.trim().slice(0, 60) : '';
    const address = link.dataset.dialog + (typed ? `?q=${encodeURIComponent(typed)}` : '');
    await htmx.ajax('GET', address, { target: dlg, swap: 'innerHTML' }).catch(() => {});
    show();
  };

  // A select box takes what it does not know yet, and so does every other one that offers the same list.
  const offer = (box, value, word) => {
    const boxes = box.dataset.list ? document.querySelectorAll(`select[data-list="${box.dataset.list}"]`) : [box];
    for (const one of boxes) {
      const known = [...one.options].find(option => option.value === value);
      if (known) known.text = word;
      else one.add(new Option(word, value));
    }
  };
  // data-set-<field> goes into the control id_<prefix><field>, data-hint-<field> into the text of its hint.
  const fill = chosen => {
    const stem = opener.dataset.prefix || 'id_';
    for (const { name, value } of chosen.attributes) {
      const [, kind, field] = name.match(/^data-(set|hint)-(.+)$/) || [];
      const target = field && document.getElementById(stem + field + (kind === 'hint' ? '-h' : ''));
      if (!target) continue;
      if (kind === 'hint') { target.textContent = value; continue; }
      if (target.tagName === 'SELECT' && chosen.dataset.word) offer(target, value, chosen.dataset.word);
      target.value = value;
      for (const type of ['input', 'change']) target.dispatchEvent(new Event(type, { bubbles: true }));
    }
  };
  const choose = () => {
    const chosen = dlg.querySelector('#dlg-results input:checked');
    if (!chosen) {
      dlg.querySelector('#dlg-said').textContent = '一覧から1つ選択してください';
      dlg.querySelector('#dlg-results input')?.focus();
      return;
    }
    finish(chosen);
  };
  const finish = (chosen, words = '') => {
    fill(chosen);
    dlg.close();
    opener.focus();
    told.textContent = words;
  };
  // A form sent from the dialog comes back done, or with its errors.
  const answered = () => {
    const done = dlg.querySelector('[data-done]');
    if (done) finish(done, done.textContent);
    else dlg.querySelector('[aria-invalid=true]')?.focus();
  };

  document.addEventListener('click', event => {
    const link = event.target.closest?.('[data-dialog]');
    if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) { event.preventDefault(); open(link); }
  });
  dlg.addEventListener('click', event => {
    if (event.target.closest('[data-close]')) dlg.close();
    else if (event.target.closest('[data-fill]')) choose();
  });
  // The count is spoken from a place that exists before it changes; the list itself is not read out.
  dlg.addEventListener('htmx:afterSwap', event => {
    const said = dlg.querySelector('#dlg-said'), count = dlg.querySelector('#dlg-results .cnt');
    if (event.target === dlg) answered();
    else if (said && count) said.textContent = count.textContent;
  });
  for (const trouble of ['htmx:responseError', 'htmx:sendError']) dlg.addEventListener(trouble, fail);
})();
