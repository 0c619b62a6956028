// Progressive enhancement only: every page works with this file missing.
(() => {
  'use strict';
  const $ = id => document.getElementById(id);
  const say = (el, text) => { if (el && el.textContent !== text) el.textContent = text; };
  document.documentElement.classList.add('js');
  // The answer to a form would ask, when people come back to it, whether to send it again. Its address can be opened as it is.
  history.replaceState(history.state, '', location.href);

  // ---- amounts
  const toInt = typed => {
    const text = typed.normalize('NFKC').replace(/[,、\s]/g, '');
    const found = text.match(/^金?[¥\\]?(\d{1,15})円?也?$/) || text.match(/^[金¥\\]+(\d{1,15})-$/);
    return found ? Number(found[1]) : null;
  };
  const amountIn = id => { const el = $(id); return el ? toInt(el.value) : null; };
  const inMan = amount => {
    const parts = [[Math.floor(amount / 1e8), '億'], [Math.floor(amount / 1e4) % 1e4, '万'], [amount % 1e4, '']];
    return (parts.filter(([n]) => n).map(([n, unit]) => n.toLocaleString('ja-JP') + unit).join('') || '0') + '円';
  };
  // The first base that is filled in counts; its word stands before the figure. The server computes the same again.
  const ratio = out => {
    const ids = out.dataset.bases.split(' '), words = (out.dataset.words || '').split(' ');
    const found = ids.findIndex(id => amountIn(id)), amount = amountIn(out.dataset.amount);
    const word = words[found < 0 ? ids.length - 1 : found];
    say(out.querySelector('.of'), word ? word + 'の' : '');
    say(out.querySelector('b'), amount !== null && found >= 0 ? (amount / amountIn(ids[found]) * 100).toFixed(1) : '—');
  };
  const reckon = () => {
    document.querySelectorAll('output[data-bases]').forEach(ratio);
    document.querySelectorAll('output[data-kan]').forEach(out => {
      const amount = amountIn(out.dataset.kan);
      say(out, amount ? inMan(amount) : '');
    });
    // data-sum: the same amount told elsewhere; data-if: only while that box is ticked.
    document.querySelectorAll('output[data-sum]').forEach(out => {
      const amount = amountIn(out.dataset.sum), box = $(out.dataset.if);
      say(out, amount && (!box || box.checked) ? amount.toLocaleString('ja-JP') + '円' : box && !box.checked ? '申し込みません' : '—');
    });
  };

  // ---- fields that appear or go with an answer: data-when="name=value other=value" (any of them), data-unless likewise
  const answered = (el, pairs, unknown) => pairs.split(' ').some(pair => {
    const [name, value] = pair.split('='), field = el.closest('form')?.elements.namedItem(name);
    return field ? (field.type === 'checkbox' ? field.checked && field.value === value : field.value === value) : unknown;
  });
  const appear = () => {
    document.querySelectorAll('[data-when]').forEach(el => { el.hidden = !answered(el, el.dataset.when, true); });
    document.querySelectorAll('[data-unless]').forEach(el => { el.hidden = answered(el, el.dataset.unless, false); });
  };

  // Values are rewritten on leaving the field only: doing it while an IME composes would double characters.
  document.addEventListener('focusout', ({ target }) => {
    if (target.matches?.('[data-yen]')) {
      const amount = toInt(target.value);
      if (amount !== null) target.value = amount.toLocaleString('ja-JP');
      reckon();
    }
    // Never NFKC whole names: it would turn ㈱ into (株) and 神 into 神.
    if (target.matches?.('[data-zen]')) {
      target.value = target.value.replace(/[\uFF61-\uFF9F]+/g, kana => kana.normalize('NFKC'))
        .replace(/[!-~]/g, c => String.fromCharCode(c.charCodeAt(0) + 0xFEE0)).replace(/ /g, '　');
    }
  });
  document.addEventListener('input', event => {
    const told = $('saved');
    if (told && !told.classList.contains('trouble') && event.target.form?.id === 'f') say(told, told.dataset.unsaved);
    if (!event.isComposing && event.target.matches('[data-yen]')) reckon();
  });
  document.addEventListener('change', event => {
    const { target } = event;
    if (target.matches('[data-yen], [type=checkbox]')) reckon();
    if (target.matches('[data-show]')) $(target.dataset.show).type = target.checked ? 'text' : 'password';
    appear();
  });

  // ---- buttons
  const copy = async button => {
    const what = button.dataset.what || button.textContent.trim().replace(/をコピー$/, '');
    const told = $(button.getAttribute('aria-describedby'));
    say(told, '');
    try {
      await navigator.clipboard.writeText($(button.dataset.copy).textContent.trim());
      say(told, `${what}をコピーしました`);
    } catch {
      say(told, 'コピーできませんでした。文字を選択してコピーしてください');
    }
  };
  const closeWindow = (event, button) => {
    event.preventDefault();
    window.close();
    // A window that no script opened stays: go where the link leads instead.
    if (button.href) setTimeout(() => { if (!window.closed) location.assign(button.href); }, 200);
  };
  // 定型文 goes behind what stands in the text area. Where none is chosen, the answer of the server says so.
  const insert = (event, button) => {
    const area = $(button.dataset.insert), select = button.parentElement.querySelector('select');
    const text = select.selectedOptions[0]?.dataset.text;
    if (!text) return;
    event.preventDefault();
    area.value += (area.value && !area.value.endsWith('\n') ? '\n' : '') + text;
    select.value = '';
    say($('phrase-said'), '');
    say($('phrase-said'), '定型文を文面に入れました。まだ送っていません。');
    area.focus();
    area.setSelectionRange(area.value.length, area.value.length);
  };
  document.addEventListener('click', event => {
    const button = event.target.closest?.('[data-copy],[data-print],[data-close-window],[data-insert]');
    if (!button) return;
    if ('copy' in button.dataset) copy(button);
    else if ('insert' in button.dataset) insert(event, button);
    else if ('print' in button.dataset) window.print();
    else closeWindow(event, button);
  });

  // A second press within three seconds is the same press. Nothing is disabled, so the form still answers later.
  const sent = new WeakMap();
  document.addEventListener('submit', event => {
    const form = event.target;
    if (form.method !== 'post') return;
    if (Date.now() - (sent.get(form) ?? -Infinity) < 3000) event.preventDefault();
    else sent.set(form, Date.now());
  }, true);

  // ---- where the reader starts
  const sum = $('error-summary');
  (sum || $('verdict'))?.focus();
  sum?.addEventListener('click', event => {
    const link = event.target.closest('a[href^="#"]'), field = link && $(link.hash.slice(1));
    if (!field) return;
    event.preventDefault();
    (field.closest('.f') || field).scrollIntoView({ block: 'start' });
    field.focus({ preventScroll: true });
  });
  reckon();
  appear();
})();
