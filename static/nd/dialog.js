// The search dialog: fetches the page behind a 検索 link into one <dialog>. Without this file the link opens that page.
(() => {
  'use strict';
  if (!window.htmx) return;
  const FAILED = '検索できませんでした。通信の状態を確かめて、画面を読み込み直してから、もう一度お試しください。';
  const dlg = document.createElement('dialog');
  dlg.className = 'dlg';
  dlg.id = 'dlg';
  dlg.setAttribute('aria-labelledby', 'dlg-h');
  let opener = null;

  const fail = () => {
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
    opener = link;
    dlg.replaceChildren();
    if (!dlg.isConnected) document.body.append(dlg);
    await htmx.ajax('GET', link.dataset.dialog, { target: dlg, swap: 'innerHTML' }).catch(() => {});
    show();
  };

  // data-set-<field> goes into the control id_<prefix><field>, data-hint-<field> into the text of its hint.
  const fill = chosen => {
    const stem = opener.dataset.prefix || 'id_';
    for (const { name, value } of chosen.attributes) {
      const [, kind, field] = name.match(/^data-(set|hint)-(.+)$/) || [];
      const target = field && document.getElementById(stem + field + (kind === 'hint' ? '-h' : ''));
      if (!target) continue;
      if (kind === 'hint') { target.textContent = value; continue; }
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
    fill(chosen);
    dlg.close();
    opener.focus();
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
    if (event.target !== dlg && said && count) said.textContent = count.textContent;
  });
  for (const trouble of ['htmx:responseError', 'htmx:sendError']) dlg.addEventListener(trouble, fail);
})();
