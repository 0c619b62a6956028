// 添付書類: sends the file with its progress told, and keeps the choice when the line breaks. Without this file the form
// is sent as it is, and the page that answers says the same.
(() => {
  'use strict';
  const $ = id => document.getElementById(id), form = $('attach');
  if (!form) return;
  const input = form.elements.namedItem('file'), button = form.querySelector('button[type=submit]'), stop = $('upload-stop');
  const box = $('upload'), bar = $('upload-bar'), trouble = $('upload-trouble'), session = $('session');
  const LOST = '通信が切れたため、送信できませんでした。選んだファイルはそのまま残っています。通信を確かめて「もう一度送信する」を押してください。';
  const LOGIN = 'ログインの時間が切れました。選んだファイルはそのまま残っています。別の画面でログインしてから「もう一度送信する」を押してください。';
  const STOPPED = '送信をやめました。選んだファイルはそのまま残っています。';
  const FAILED = '送信できませんでした。選んだファイルはそのまま残っています。しばらくしてから「もう一度送信する」を押してください。';
  const ATTACH = button.textContent;
  let sending = null, told = -1;

  const megabytes = bytes => `${(bytes / 1048576).toFixed(1)}MB`;
  const say = text => { $('upload-said').textContent = text; };
  const show = loaded => {
    const total = input.files[0].size, done = Math.min(loaded, total), percent = Math.floor(done / total * 100);
    bar.value = percent;
    $('upload-count').textContent = percent < 100 ? `${percent}%（${megabytes(done)} / ${megabytes(total)}）` : '送り終わりました。内容を確かめています…';
    // Each quarter is spoken, not each step.
    const quarter = Math.floor(percent / 25);
    if (quarter === told) return;
    told = quarter;
    say(percent < 100 ? `送信中 ${quarter * 25}%` : '送り終わりました。内容を確かめています。');
  };
  const rest = () => {
    sending = null;
    box.hidden = stop.hidden = true;
    form.removeAttribute('aria-busy');
  };
  const fail = (text, { login = false, again = true } = {}) => {
    rest();
    const place = trouble.querySelector('[data-text]');
    place.replaceChildren(text);
    if (login) {
      const way = document.createElement('a');
      Object.assign(way, { href: session.dataset.login, textContent: '別の画面でログインする', target: '_blank', rel: 'noopener' });
      place.append(' ', way);
    }
    button.textContent = again ? button.dataset.again : ATTACH;
    trouble.hidden = false;
    say('');
    trouble.focus();
  };
  // The answer is a page in any case: what it says about the file stands at its field, or in its heading.
  const reason = text => {
    const page = new DOMParser().parseFromString(text, 'text/html');
    const found = [...page.querySelectorAll('#error-summary li')].map(one => one.textContent.trim());
    if (found.length) return [`${found.join('。')}。`, { again: false }];
    const head = page.querySelector('main h1'), lead = page.querySelector('main .lead');
    return [head ? [head.textContent.trim(), lead?.textContent.trim()].filter(Boolean).join('。') : FAILED];
  };
  // A log-in in another window gave this browser a new token; the page takes it over.
  const freshToken = async () => {
    const answer = await fetch(session.dataset.url, { headers: { 'HX-Request': 'true', 'X-Netdesk-By-Itself': '1' } });
    if (answer.headers.has('HX-Redirect')) return false;
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html'), fresh = page.querySelector('#session');
    if (fresh) form.elements.namedItem('csrfmiddlewaretoken').value = session.dataset.token = fresh.dataset.token;
    return Boolean(fresh);
  };

  const send = (again = true) => {
    const request = sending = new XMLHttpRequest();
    request.open('POST', form.action);
    request.setRequestHeader('HX-Request', 'true');
    request.setRequestHeader('HX-Current-URL', location.href);
    request.upload.addEventListener('progress', event => show(event.loaded));
    request.addEventListener('error', () => fail(LOST));
    request.addEventListener('abort', () => fail(STOPPED));
    request.addEventListener('load', async () => {
      const way = request.getResponseHeader('HX-Redirect');
      if (way && request.status === 204) { location.assign(way); return; }
      if (way) { fail(LOGIN, { login: true }); return; }
      if (request.status === 403 && again && await freshToken().catch(() => false)) { send(false); return; }
      fail(...reason(request.responseText));
    });
    request.send(new FormData(form));
  };
  // What can be told at once is told before ten megabytes have been sent for nothing.
  const hurdle = () => {
    const file = input.files[0];
    if (!form.elements.namedItem('kind').value) return '書類の種類を選択してください。';
    if (!file) return '添付するファイルを選択してください。';
    if (!file.size) return 'ファイルが空です（0バイト）。内容のあるファイルを選択してください。';
    if (file.size > Number(input.dataset.largest)) return `ファイルが大きすぎます（${megabytes(file.size)}）。1つのファイルは10MBまでです。分けるか、小さくしてから添付してください。`;
    return '';
  };
  // On the window, before the guard against double presses: trying again must not have to wait for it.
  addEventListener('submit', event => {
    if (event.target !== form) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (sending) return;
    trouble.hidden = true;
    const against = hurdle();
    if (against) { fail(against, { again: false }); return; }
    told = -1;
    $('upload-name').textContent = `「${input.files[0].name}」を送信しています`;
    box.hidden = stop.hidden = false;
    form.setAttribute('aria-busy', 'true');
    show(0);
    send();
  }, true);
  stop.addEventListener('click', () => { sending?.abort(); button.focus(); });
  input.addEventListener('change', () => { trouble.hidden = true; button.textContent = ATTACH; });
  // Whoever leaves while a file is on its way is asked.
  addEventListener('beforeunload', event => { if (sending) event.preventDefault(); });
})();
