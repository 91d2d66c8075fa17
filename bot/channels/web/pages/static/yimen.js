/* The script of every resident page, and of the chat. ES5 only: old phones keep a Chromium 53 WebView or older.
   Promises: what was typed stays until the server has it; one client id a message however often it is sent;
   what comes from outside enters the page as text nodes only. Words shown to people stand in the page (#words). */
(function () {
  'use strict';
  var doc = document, root = doc.documentElement;
  function $(id) { return doc.getElementById(id); }

  /* ---- every page: memory that may be refused, large type, leaving, printing ---- */
  var memory = {};
  function area(name) { try { return window[name]; } catch (e) { return null; } }
  function recall(key, where) {
    var value = null;
    try { value = area(where || 'localStorage').getItem('yimen.' + key); } catch (e) { value = null; }
    if (value === null && memory.hasOwnProperty(key)) { value = memory[key]; }
    return value;
  }
  function keep(key, value, where) {
    if (!where) { if (value === null) { delete memory[key]; } else { memory[key] = value; } }
    try {
      var store = area(where || 'localStorage');
      if (value === null) { store.removeItem('yimen.' + key); } else { store.setItem('yimen.' + key, value); }
    } catch (e) { /* refused or full: memory has it for this page */ }
  }
  var largeButton = $('large');
  function setLarge(on) {
    root.classList[on ? 'add' : 'remove']('large');
    if (largeButton) { largeButton.setAttribute('aria-pressed', on ? 'true' : 'false'); }
  }
  setLarge(recall('large') === '1');
  if (largeButton) {
    largeButton.hidden = false;
    largeButton.addEventListener('click', function () {
      var on = !root.classList.contains('large');
      setLarge(on);
      keep('large', on ? '1' : null);
      if (grow) { grow(); toBottom(); }
    });
  }
  var leaveLink = $('leave'), gone = false;
  function leave() {
    gone = true;
    root.classList.add('gone');
    if (stream) { stream.close(); }
    keep('left', '1');
    ['left', 'session', 'nonce', 'draft', 'pending', 'caseno'].forEach(function (key) { keep(key, null); });
    try { window.sessionStorage.clear(); } catch (e) { /* none to clear */ }
    window.location.replace('/leave');
  }
  if (leaveLink) { leaveLink.addEventListener('click', function (event) { event.preventDefault(); leave(); }); }
  window.addEventListener('storage', function (event) {
    /* left in one tab: the other tabs of the same talk close too */
    if (event.key === 'yimen.left' && event.newValue && !gone) { leave(); }
  });
  window.addEventListener('pageshow', function (event) {
    if (event.persisted && gone) { window.location.replace('/leave'); }
  });
  function fold(open) {
    var folded = doc.querySelectorAll('details.folded');
    for (var i = 0; i < folded.length; i += 1) { folded[i].open = open; }
  }
  fold(false);
  window.addEventListener('beforeprint', function () { fold(true); });
  if (window.matchMedia) {
    window.matchMedia('print').addListener(function (print) { if (print.matches) { fold(true); } });
  }
  if ($('print') && window.print) {
    $('print').hidden = false;
    $('print').addEventListener('click', function () { fold(true); window.print(); });
  }

  /* ---- the chat ---- */
  var log = $('log'), grow = null, stream = null;
  if (!log || !$('composer')) { return; }
  var box = $('text'), sendButton = $('send'), statusLine = $('status'), trouble = $('trouble'), again = $('again');
  var tray = $('tray'), picker = $('file'), newer = $('newer'), danger = doc.querySelector('.danger');
  var API = '/api/chat';
  var session = recall('session', 'sessionStorage') || recall('session');
  var shown = {}, unseen = {}, seenNow = {}, busy = null, failed = null, submitWaits = false, items = [], hasText = false;

  function word(name, values) {
    var el = doc.querySelector('#words [data-word="' + name + '"]');
    return (el ? el.textContent : name).replace(/\{(\w+)\}/g, function (all, key) {
      return values && values.hasOwnProperty(key) ? values[key] : all;
    });
  }
  function make(tag, className, text) {
    var el = doc.createElement(tag);
    if (className) { el.className = className; }
    if (text !== undefined && text !== null) { el.textContent = text; }
    return el;
  }
  function newId() {
    var out = '', bytes, i;
    try {
      bytes = new Uint8Array(16);
      (window.crypto || window.msCrypto).getRandomValues(bytes);
      for (i = 0; i < 16; i++) { out += ('0' + bytes[i].toString(16)).slice(-2); }
    } catch (e) {
      out = new Date().getTime().toString(16);
      while (out.length < 32) { out += Math.floor(Math.random() * 16).toString(16); }
    }
    return 'w-' + out;
  }
  /* Until the first answer came: so that a first message sent twice is hers once. */
  function nonce() {
    var own = recall('nonce');
    if (!own) { own = newId(); keep('nonce', own); }
    return own;
  }
  function trim(text) { return text.replace(/^\s+|\s+$/g, ''); }
  function parse(text) { try { return JSON.parse(text); } catch (e) { return null; } }

  /* -- words that may hold a telephone number or one of our own addresses -- */
  var PHONES = '1[3-9]\\d{9}|0\\d{2,3}-\\d{7,8}|0\\d{9,11}|400-?\\d{3}-?\\d{4}|96110|123(?:45|49|56)|1(?:10|19|20|22)';
  var origin = window.location.protocol + '//' + window.location.host;
  var LINKS = new RegExp('(' + origin.replace(/[.*+?^${}()|[\]\\\/]/g, '\\$&') + ')?(\\/n\\/[A-Za-z0-9_-]+)|(' + PHONES + ')', 'g');
  var LONGER = /^(?:[\dA-Za-z%*\-]|\.\d)/, TORN = /[\dA-Za-z*.\-]$/, TOLD = /(?:打|拨|电话)[:：]?\s*$/;
  var COUNTED = /^\s*[元块万千百斤户口天个人月年号岁分平亩次米]/, NAMED = /(?:编号[:：]?\s*|[第共满约])$/;
  function callable(before, after) {
    if (LONGER.test(after) || TORN.test(before)) { return false; }
    return TOLD.test(before) || !(COUNTED.test(after) || NAMED.test(before));
  }
  /* A case's number is read in one piece: no line breaks inside it. */
  var NUMBER = /(\d{2}-\d{5})(?!\d)/;
  function plain(el, text) {
    text.split(NUMBER).forEach(function (part, place) {
      if (part) { el.appendChild(place % 2 ? make('span', 'number', part) : doc.createTextNode(part)); }
    });
  }
  function enrich(el, text) {
    var last = 0, found, before, link, calls = [];
    LINKS.lastIndex = 0;
    while ((found = LINKS.exec(text))) {
      before = text.slice(0, found.index);
      if (found[3]) {
        if (!callable(before.slice(-6), text.slice(LINKS.lastIndex, LINKS.lastIndex + 4))) { continue; }
      } else if (/[\w.\-\/:@%?=&#~]$/.test(before)) { continue; }
      plain(el, text.slice(last, found.index));
      link = make('a', null, found[3] ? found[0] : word('open'));
      link.setAttribute('href', found[3] ? 'tel:' + found[3] : found[2]);
      if (found[3]) { calls.push(found[3]); }
      el.appendChild(link);
      last = LINKS.lastIndex;
    }
    plain(el, text.slice(last));
    return calls;
  }
  function rows(el, text, big) {
    text.split(/\r?\n/).forEach(function (line) {
      var pair = /^([^：:\d]{1,12})[：:]\s*(\S[\s\S]*)$/.exec(line), row;
      if (!trim(line)) { return; }
      if (big && pair && trim(pair[1]) === word('number')) {
        row = make('p', 'bignum');
        row.appendChild(make('span', null, pair[1] + '：'));
        row.appendChild(make('b', null, (/^[0-9A-Za-z-]+/.exec(pair[2]) || [pair[2]])[0]));
        el.appendChild(row);
        pair[2] = pair[2].replace(/^[0-9A-Za-z-]+/, '');
        if (trim(pair[2])) { el.appendChild(make('p', 'row', pair[2])); }
        return;
      }
      row = make('p', 'row');
      if (pair) {
        row.appendChild(make('span', 'key', pair[1] + '：'));
        enrich(row.appendChild(make('b')), pair[2]);
      } else {
        if (/[：:]\s*$/.test(line)) { row.className += ' head'; }
        enrich(row, line);
      }
      el.appendChild(row);
    });
  }
  function when(at) {
    var d = at ? new Date(at) : null;
    if (!d || isNaN(d.getTime())) { return ''; }
    return word('day', { m: d.getMonth() + 1, d: d.getDate(), t: ('0' + d.getHours()).slice(-2) + ':' + ('0' + d.getMinutes()).slice(-2) });
  }
  function ours(url) { return /^\/(?![\/\\])/.test(url || '') || /^blob:/.test(url || ''); }
  function fileNode(file) {
    var p = make('p', 'file'), image, link;
    if (!ours(file.url)) { p.appendChild(make('span', 'name', file.name)); return p; }
    link = make('a');
    link.setAttribute('href', file.url);
    link.setAttribute('target', '_blank');
    link.setAttribute('rel', 'noopener');
    if (file.image || /\.(?:png|jpe?g|webp|gif)$/i.test(file.name || '')) {
      image = make('img');
      image.alt = file.name || word('photo');
      image.addEventListener('load', function () { if (p.atBottom) { toBottom(); } });
      p.atBottom = nearBottom();
      image.src = file.url;
      link.appendChild(image);
    } else { link.textContent = file.name || word('open'); }
    p.appendChild(link);
    return p;
  }
  var KINDS = { ask: 1, tell: 1, card: 1, urgent: 1, receipt: 1, notice: 1, push: 1 };
  var TITLED = { card: 1, urgent: 1, receipt: 1, notice: 1, push: 1 };
  function draw(message) {
    var mine = message.from === 'me', kind = KINDS[message.kind] === 1 ? message.kind : 'tell';
    var el = make('div', 'msg ' + (mine ? 'mine' : 'bot kind-' + kind)), bubble = make('div', 'bubble'), words, calls = [], tag, list;
    el.appendChild(make('p', 'unseen', word(mine ? 'me' : 'bot')));
    if (!mine && TITLED[kind] === 1) {
      tag = make('p', 'tag', word(kind));
      if (kind === 'push' && when(message.at)) { tag.appendChild(make('span', 'when', ' ' + when(message.at))); }
      bubble.appendChild(tag);
      if (kind === 'push' || kind === 'urgent') { bubble.appendChild(make('br')); }
    }
    if (!mine && (kind === 'card' || kind === 'receipt' || kind === 'notice')) {
      words = make('div', 'rows');
      rows(words, message.text || '', kind === 'receipt');
    } else {
      words = make('div', 'words');
      if (mine) { words.textContent = message.text || ''; } else { calls = enrich(words, message.text || ''); }
    }
    if (message.text) { bubble.appendChild(words); }
    if (kind === 'urgent' && calls.length) {
      list = make('ul', 'calls');
      calls.forEach(function (number, index) {
        if (calls.indexOf(number) !== index) { return; }
        var li = make('li'), a = make('a', null, word('call', { x: number }));
        a.setAttribute('href', 'tel:' + number);
        li.appendChild(a);
        list.appendChild(li);
      });
      bubble.appendChild(list);
    }
    (message.files || []).forEach(function (file) { bubble.appendChild(fileNode(file)); });
    if (kind === 'receipt' && !mine) { bubble.appendChild(make('p', 'hint', word('save'))); }
    el.appendChild(bubble);
    if (!mine && message.choices && message.choices.length) { el.appendChild(choiceList(message)); }
    return el;
  }
  function choiceList(message) {
    var group = make('div', 'choices');
    group.setAttribute('role', 'group');
    message.choices.forEach(function (choice) {
      var button = make('button', 'choice', choice.label);
      button.type = 'button';
      button.disabled = !!busy && !busy.quiet;
      button.addEventListener('click', function () { press(choice, button, group); });
      group.appendChild(button);
    });
    return group;
  }
  function each(selector, act) { Array.prototype.forEach.call(doc.querySelectorAll(selector), act); }
  function freeze() { each('.choices:not(.over)', function (group) { group.className += ' over'; group.setAttribute('aria-label', word('old')); }); lock(); }
  function lock() {
    var sending = !!busy && !busy.quiet;
    each('.choice', function (b) { b.disabled = sending || b.parentNode.classList.contains('over'); });
    sendButton.disabled = sending;
    box.readOnly = sending && busy.choice === null;
    picker.disabled = sending && !busy.item;
    if (speak) { speak.disabled = picker.disabled; }
  }

  /* -- where we are on the page: the window scrolls, or on old engines the log -- */
  function inner() { return window.getComputedStyle(log).overflowY === 'auto' ? log : null; }
  function pageEl() { return doc.scrollingElement || root; }
  function nearBottom() {
    var el = inner() || pageEl();
    return el.scrollHeight - el.scrollTop - (inner() ? el.clientHeight : window.innerHeight) < 140;
  }
  function toBottom() { var el = inner() || pageEl(); el.scrollTop = el.scrollHeight; }
  function reveal(el) {
    var box = inner(), top;
    if (box) { box.scrollTop += el.getBoundingClientRect().top - box.getBoundingClientRect().top - 12; return; }
    top = window.getComputedStyle(danger).position === 'static' ? 0 : danger.offsetHeight;
    window.scrollTo(0, Math.max(0, el.getBoundingClientRect().top + window.pageYOffset - top - 12));
  }

  /* -- showing -- */
  function put(message, quietly) {
    var el;
    if (message.id && shown.hasOwnProperty('m' + message.id)) { return null; }
    el = draw(message);
    if (message.id) { shown['m' + message.id] = el; }
    if ($('loading')) { $('loading').parentNode.removeChild($('loading')); }
    log.appendChild(el);
    if (!quietly) { hasText = true; }
    return el;
  }
  function putAll(replies, first) {
    (replies || []).forEach(function (reply) { var el = put(reply); first = first || el; });
    if (first && first !== log.querySelector('.msg')) { reveal(first); }
    look();
  }
  function setCase(number) {
    if (!number) { return; }
    keep('caseno', number);
    $('caseno').textContent = number;
    $('casebar').hidden = false;
  }
  function adopt(answer) {
    if (answer.session && answer.session !== session) {
      session = answer.session;
      keep('nonce', null);
      keep('session', session);
      keep('session', session, 'sessionStorage');
      listen(true);
    }
    listen(false);
    setCase(answer.case_no);
  }
  function say(text) { statusLine.textContent = text || ''; statusLine.hidden = !text; }
  var mend = null;
  function ask(text, act) {
    mend = act;
    trouble.hidden = !act;
    again.textContent = act ? text : '';
  }
  again.addEventListener('click', function () { if (mend && !(busy && !busy.quiet)) { mend(); } });
  window.addEventListener('online', function () { if (mend && !busy) { mend(); } resume(); });

  /* -- one message to the server; done(outcome, answer): taken, again, refused -- */
  function call(method, url, body, limit, done, progress) {
    var xhr = new XMLHttpRequest(), over = false, stall = null;
    function finish(outcome, answer) {
      if (over || gone) { return; }
      over = true;
      window.clearTimeout(stall);
      done(outcome, answer, xhr.status);
    }
    function alive() {
      window.clearTimeout(stall);
      stall = window.setTimeout(function () { finish('again', null); xhr.abort(); }, limit);
    }
    try {
      xhr.open(method, url, true);
      xhr.setRequestHeader('Accept', 'application/json');
      if (session) { xhr.setRequestHeader('Authorization', 'Bearer ' + session); }
      if (typeof body === 'string') { xhr.setRequestHeader('Content-Type', 'application/json'); }
      if (xhr.upload && progress) {
        xhr.upload.onprogress = function (event) { alive(); if (event.lengthComputable) { progress(event.loaded / event.total); } };
      }
      xhr.onload = function () {
        var answer = parse(xhr.responseText), status = xhr.status;
        if (status >= 200 && status < 300 && (answer || status === 204)) { finish('taken', answer); }
        else if (status >= 400 && status < 500 && status !== 408 && status !== 409 && status !== 425 && status !== 429) { finish('refused', answer); }
        else { finish('again', answer); }
      };
      xhr.onerror = xhr.onabort = xhr.ontimeout = function () { finish('again', null); };
      alive();
      xhr.send(body);
    } catch (e) { finish('again', null); }
  }
  function deliver(job, done, progress) {
    var body;
    if (job.file) {
      body = new FormData();
      if (session) { body.append('session', session); } else { body.append('nonce', nonce()); }
      body.append('id', job.id);
      if (job.text) { body.append('text', job.text); }
      body.append('file', job.file, job.name);
    } else {
      body = JSON.stringify({ session: session || null, nonce: session ? null : nonce(), id: job.id, text: job.text, choice: job.choice });
    }
    call('POST', API, body, job.file ? 60000 : 30000, function (outcome, answer, status) {
      if (outcome === 'taken' && !(answer && answer.replies)) { outcome = 'again'; }
      done(outcome, answer, status);
    }, progress);
  }

  /* -- sending words and choices -- */
  function attempt(job) {
    var bubble = null, slow = null;
    job.focused = doc.activeElement === again || (!!job.button && doc.activeElement === job.button);
    busy = job;
    ask('', null);
    if (!job.quiet) {
      keep('pending', JSON.stringify({ id: job.id, text: job.text, choice: job.choice, label: job.label }));
      say(word('sending'));
      slow = window.setTimeout(function () { say(word('slow')); }, 6000);
    }
    if (job.choice !== null && !job.quiet && !job.resync) {
      bubble = put({ from: 'me', text: job.label });
      bubble.classList.add('pending');
      if (job.button) { job.button.classList.add('chosen'); }
      reveal(bubble);
    }
    lock();
    deliver(job, function (outcome, answer) {
      window.clearTimeout(slow);
      busy = null;
      say('');
      if (outcome === 'taken') { taken(job, answer, bubble); }
      else {
        if (bubble) { log.removeChild(bubble); }
        if (job.button) { job.button.classList.remove('chosen'); }
        if (outcome === 'refused') { failed = null; keep('pending', null); say((answer && answer.text) || word('refused')); }
        else {
          failed = job;
          if (answer && answer.text) { say(answer.text); }
          ask(job.quiet ? word('offline') : job.choice !== null ? word('failedchoice', { x: job.label }) : word('failed'), function () { attempt(job); });
          if (job.focused) { again.focus(); }
        }
      }
      lock();
      settle();
      if (submitWaits) { submitWaits = false; submit(); }
    });
  }
  function taken(job, answer, bubble) {
    failed = null;
    keep('pending', null);
    adopt(answer);
    if (!job.quiet) { freeze(); }
    if (bubble) { bubble.classList.remove('pending'); }
    if (job.choice === null) {
      if (!job.resync) { bubble = put({ from: 'me', text: job.text }); }
      if (trim(box.value) === job.text) { clearBox(); }
    }
    if (job.resync) { load(); return; }
    putAll(answer.replies, bubble);
    if (job.focused) { /* the pressed button is off now: go on from the newest words */
      bubble = log.lastElementChild;
      bubble.tabIndex = -1;
      try { bubble.focus({ preventScroll: true }); } catch (e) { bubble.focus(); }
    }
  }
  function clearBox() { box.value = ''; keep('draft', null); grow(); }
  function press(choice, button, group) {
    if ((busy && !busy.quiet) || group.classList.contains('over')) { return; }
    if (busy) { return; }
    var same = failed && failed.choice === choice.id && failed.group === group;
    attempt(same ? failed : { id: newId(), text: null, choice: choice.id, label: choice.label, button: button, group: group, resync: !!failed && !failed.quiet });
  }
  function submit() {
    var text = trim(box.value), ready = items.filter(function (item) { return !item.bad; });
    if (busy && busy.quiet) { submitWaits = true; say(word('sending')); return; }
    if (busy) { return; }
    if (ready.length && !(text && failed && failed.text === text)) { sendFiles(text); return; }
    if (!text) { say(word('empty')); box.focus(); return; }
    attempt(failed && failed.choice === null && failed.text === text && !failed.quiet ? failed
      : { id: newId(), text: text, choice: null, resync: !!failed && !failed.quiet });
  }
  $('composer').addEventListener('submit', function (event) { event.preventDefault(); submit(); });
  box.addEventListener('keydown', function (event) {
    if (event.keyCode === 13 && !event.shiftKey && !event.isComposing && event.keyCode !== 229) { event.preventDefault(); submit(); }
  });
  box.addEventListener('input', function () { keep('draft', box.value || null); say(''); grow(); });
  grow = function () {
    var stay = nearBottom();
    box.style.height = 'auto';
    box.style.height = (box.scrollHeight + box.offsetHeight - box.clientHeight) + 'px';
    if (stay && hasText && doc.activeElement === box && inner()) { toBottom(); }
  };

  /* -- photos and files: one message each, with its own id, progress and trouble -- */
  var LONGEST = 1600, MAX = (parseFloat(picker.getAttribute('data-max-mb')) || 20) * 1048576;
  function problemOf(file) {
    if (!file.size) { return word('fileempty'); }
    if (file.size > MAX && !/^image\/(?:jpeg|png|webp)$/.test(file.type)) { return word('filebig', { x: Math.round(MAX / 1048576) }); }
    if (file.type ? !/^(?:image\/(?!svg)|audio\/|application\/pdf$)/.test(file.type) : !/\.(?:jpe?g|png|webp|gif|bmp|hei[cf]|pdf|amr|ogg|oga|opus|m4a|mp3|wav|aac|webm|silk)$/i.test(file.name)) { return word('filekind'); }
    return null;
  }
  function address(blob) { try { return (window.URL || window.webkitURL).createObjectURL(blob); } catch (e) { return null; } }
  function isSound(file) { return /^audio\//.test(file.type) || /\.(?:amr|ogg|oga|opus|m4a|mp3|wav|aac|silk)$/i.test(file.name || ''); }
  function take(files) {
    Array.prototype.forEach.call(files || [], function (file) {
      var item = { id: newId(), file: file, name: file.name || word(isSound(file) ? 'voice' : 'photo'), bad: false, ready: null, text: null };
      var li = make('li'), about = make('div', 'about'), image = /^image\//.test(file.type), cross = make('button', null, word('remove'));
      var problem = problemOf(file);
      item.url = image ? address(file) : null;
      if (item.url) {
        var img = make('img');
        img.alt = '';
        img.addEventListener('error', function () { if (img.parentNode) { li.replaceChild(make('span', 'doc', word('photo')), img); } item.url = null; });
        img.src = item.url;
        li.appendChild(img);
      } else { li.appendChild(make('span', 'doc', /pdf/i.test(file.type + file.name) ? 'PDF' : word(isSound(file) ? 'voice' : 'photo'))); }
      item.state = make('span', 'state', word('waiting'));
      item.bar = make('progress');
      item.bar.max = 1; item.bar.value = 0; item.bar.hidden = true;
      item.bar.setAttribute('aria-label', item.name);
      about.appendChild(make('span', 'name', item.name));
      about.appendChild(item.state);
      about.appendChild(item.bar);
      li.appendChild(about);
      cross.type = 'button';
      cross.setAttribute('aria-label', word('removefile', { x: item.name }));
      cross.addEventListener('click', function () { if (!busy || busy.item !== item) { drop(item); box.focus(); } });
      li.appendChild(cross);
      item.li = li;
      items.push(item);
      tray.appendChild(li);
      tray.hidden = false;
      if (problem) { spoil(item, problem); }
    });
    say('');
    if (items.length) { sendButton.focus(); }
  }
  picker.addEventListener('change', function () { take(picker.files); picker.value = ''; });
  /* Her voice: recorded on the page where the browser can, else by the telephone's own recorder behind the same label. */
  var speak = $('voice'), recorder = null, LONGEST_VOICE = 60000;
  speak.addEventListener('change', function () { take(speak.files); speak.value = ''; });
  function recording(on) {
    var label = doc.querySelector('label[for=voice]');
    label.classList[on ? 'add' : 'remove']('on');
    label.querySelector('span').textContent = word(on ? 'stop' : 'speak');
    say(on ? word('recording') : '');
  }
  function record() {
    navigator.mediaDevices.getUserMedia({ audio: true }).then(function (sound) {
      var parts = [], timer;
      recorder = new MediaRecorder(sound);
      recorder.ondataavailable = function (event) { if (event.data && event.data.size) { parts.push(event.data); } };
      recorder.onstop = function () {
        var kind = (parts[0] && parts[0].type || recorder.mimeType || 'audio/webm').split(';')[0], blob = new Blob(parts, { type: kind });
        window.clearTimeout(timer);
        sound.getTracks().forEach(function (track) { track.stop(); });
        recorder = null;
        recording(false);
        blob.name = word('voice') + '.' + kind.split('/')[1];
        take([blob]);
      };
      recorder.start();
      timer = window.setTimeout(function () { if (recorder) { recorder.stop(); } }, LONGEST_VOICE);
      recording(true);
    }).catch(function () { recorder = null; recording(false); say(word('nomic')); speak.setAttribute('data-plain', '1'); });
  }
  if (window.MediaRecorder && navigator.mediaDevices && navigator.mediaDevices.getUserMedia) {
    speak.addEventListener('click', function (event) {
      if (speak.getAttribute('data-plain')) { return; } /* refused once: the file chooser opens */
      event.preventDefault();
      if (recorder) { recorder.stop(); } else { record(); }
    });
  }
  function spoil(item, why) { item.bad = true; item.li.className = 'bad'; item.state.textContent = why; item.bar.hidden = true; }
  function drop(item) {
    items = items.filter(function (other) { return other !== item; });
    if (item.li.parentNode) { tray.removeChild(item.li); }
    tray.hidden = !items.length;
    if (!items.length && mend && mend.files) { ask('', null); }
  }
  /* A JPEG's own note of how it was held. An engine that does not turn it must not redraw it: the note would be lost. */
  function orientation(buffer) {
    var view = new DataView(buffer), at = 2, little, start, count, i;
    if (view.byteLength < 4 || view.getUint16(0) !== 0xFFD8) { return 1; }
    while (at + 4 < view.byteLength) {
      if (view.getUint16(at) === 0xFFE1 && at + 18 < view.byteLength && view.getUint32(at + 4) === 0x45786966) {
        start = at + 10;
        little = view.getUint16(start) === 0x4949;
        start += view.getUint32(start + 4, little);
        count = view.getUint16(start, little);
        for (i = 0; i < count; i++) {
          if (view.getUint16(start + 2 + i * 12, little) === 0x0112) { return view.getUint16(start + 10 + i * 12, little); }
        }
        return 1;
      }
      if ((view.getUint16(at) & 0xFF00) !== 0xFF00) { return 1; }
      at += 2 + view.getUint16(at + 2);
    }
    return 1;
  }
  function turnsByItself() { return !!(window.CSS && CSS.supports && CSS.supports('image-orientation', 'from-image')); }
  function shrink(file, done) {
    var url, image, reader, canvas = doc.createElement('canvas');
    function original() { done(file, file.name); }
    if (!/^image\/(?:jpeg|png|webp)$/.test(file.type) || !canvas.getContext || !canvas.toBlob) { original(); return; }
    url = address(file);
    if (!url) { original(); return; }
    function redraw() {
      image = new Image();
      image.onerror = original;
      image.onload = function () {
        var scale = Math.min(1, LONGEST / Math.max(image.naturalWidth, image.naturalHeight)), pen;
        if (scale === 1 && file.size < 700000) { original(); return; }
        try {
          canvas.width = Math.max(1, Math.round(image.naturalWidth * scale));
          canvas.height = Math.max(1, Math.round(image.naturalHeight * scale));
          pen = canvas.getContext('2d');
          pen.fillStyle = '#fff';
          pen.fillRect(0, 0, canvas.width, canvas.height);
          pen.drawImage(image, 0, 0, canvas.width, canvas.height);
          canvas.toBlob(function (blob) {
            if (!blob || !blob.size || blob.size >= file.size) { original(); } else { done(blob, (file.name || 'photo').replace(/\.\w+$/, '') + '.jpg'); }
          }, 'image/jpeg', 0.82);
        } catch (e) { original(); }
      };
      image.src = url;
    }
    if (turnsByItself() || file.type !== 'image/jpeg' || !window.FileReader) { redraw(); return; }
    reader = new FileReader();
    reader.onerror = original;
    reader.onload = function () {
      var turned = 1;
      try { turned = orientation(reader.result); } catch (e) { turned = 1; }
      if (turned > 1) { original(); } else { redraw(); }
    };
    reader.readAsArrayBuffer(file.slice(0, 131072));
  }
  function sendFiles(text) {
    var item = items.filter(function (one) { return !one.bad; })[0];
    if (!item) { ask('', null); settle(); if (text && trim(box.value) === text) { submit(); } return; }
    if (item.text === null) { item.text = text; }
    ask('', null);
    busy = { item: item, choice: null };
    lock();
    item.li.className = '';
    item.bar.hidden = false;
    item.state.textContent = word('shrinking');
    function go(blob, name) {
      item.ready = blob;
      item.readyName = name;
      if (blob.size > MAX) { spoil(item, word('filebig', { x: Math.round(MAX / 1048576) })); busy = null; lock(); sendFiles(text); return; }
      deliver({ id: item.id, text: item.text, choice: null, file: blob, name: name }, function (outcome, answer) {
        var bubble;
        busy = null;
        if (outcome === 'taken') {
          adopt(answer);
          freeze();
          if (item.text && trim(box.value) === item.text) { clearBox(); }
          bubble = put({ from: 'me', text: item.text, files: [{ name: item.name, url: item.url, image: !!item.url }] });
          drop(item);
          putAll(answer.replies, bubble);
          lock();
          sendFiles('');
        } else if (outcome === 'refused') {
          spoil(item, (answer && answer.text) || word('filerefused'));
          lock();
          sendFiles(item.text);
        } else {
          item.li.className = 'bad';
          item.bar.hidden = true;
          item.state.textContent = (answer && answer.text) || word('filefailed');
          var retry = function () { sendFiles(trim(box.value)); };
          retry.files = true;
          ask(word('failed'), retry);
          lock();
          settle();
        }
      }, function (part) {
        item.bar.value = part;
        item.state.textContent = word('uploading', { x: Math.round(part * 100) });
      });
    }
    if (item.ready) { go(item.ready, item.readyName); } else { shrink(item.file, go); }
  }

  /* -- what comes later: a stream, else asking every ten seconds -- */
  var fails = 0, wait = 1000, timer = null, polling = null, early = [], opened = 0;
  function settle() { var list = early; early = []; list.forEach(arrive); }
  function arrive(reply) {
    var stay, el;
    if (!reply || !reply.id) { return; }
    if (busy) { early.push(reply); return; }
    stay = nearBottom();
    if (!seenNow.hasOwnProperty('m' + reply.id)) { unseen['m' + reply.id] = reply.id; }
    if (!reply.at) { reply.at = new Date().toISOString(); }
    el = put(reply);
    if (el && stay && !doc.hidden) { reveal(el); } else if (el) { newer.hidden = false; }
    look();
  }
  function listen(fresh) {
    if (!session || gone) { return; }
    if (fresh && stream) { stream.close(); stream = null; }
    if (stream) { return; }
    if (!window.EventSource) { poll(); return; }
    window.clearTimeout(timer);
    var mine;
    try { mine = stream = new EventSource(API + '/events'); } catch (e) { stream = null; poll(); return; }
    mine.onopen = function () { if (mine === stream) { opened = new Date().getTime(); window.clearInterval(polling); polling = null; } };
    mine.onmessage = function (event) {
      if (mine !== stream) { return; }
      fails = 0;
      wait = 1000;
      arrive(parse(event.data));
    };
    mine.onerror = function () {
      if (mine !== stream) { return; }
      mine.close();
      stream = null;
      if (opened && new Date().getTime() - opened > 10000) { fails = 0; wait = 1000; }
      opened = 0;
      fails++;
      if (fails >= 3) { poll(); }
      timer = window.setTimeout(function () { listen(false); }, fails >= 3 ? 120000 : wait);
      wait = Math.min(wait * 2, 30000);
    };
  }
  function once() {
    if (!session || gone || doc.hidden) { return; }
    call('GET', API + '/pending', null, 20000, function (outcome, answer) {
      if (outcome === 'taken' && answer) { (answer.replies || []).forEach(arrive); }
    });
  }
  window.setInterval(once, 60000); /* some proxies hold a stream back for ever */
  function poll() { if (!polling) { once(); polling = window.setInterval(once, 10000); } }
  function resume() { fails = Math.min(fails, 2); wait = 1000; if (!stream) { listen(false); } once(); look(); }
  doc.addEventListener('visibilitychange', function () { if (!doc.hidden) { resume(); } });

  /* -- seen: a push counts when its first lines stood on the lit screen -- */
  var lookTimer = null, foot = doc.querySelector('.foot');
  function look() { if (!lookTimer) { lookTimer = window.setTimeout(lookNow, 250); } }
  function lookNow() {
    var ids = [], top = danger.getBoundingClientRect().bottom, bottom = foot.getBoundingClientRect().top;
    lookTimer = null;
    if (nearBottom()) { newer.hidden = true; }
    if (doc.hidden || !session) { return; }
    Object.keys(unseen).forEach(function (key) {
      var el = shown[key], at = el && el.getBoundingClientRect();
      if (at && at.bottom > top + 20 && at.top < bottom - 40) { ids.push(unseen[key]); }
    });
    if (!ids.length) { return; }
    if (ids.length === Object.keys(unseen).length) { newer.hidden = true; }
    ids.forEach(function (id) { delete unseen['m' + id]; seenNow['m' + id] = true; });
    call('POST', API + '/seen', JSON.stringify({ ids: ids }), 20000, function (outcome) {
      if (outcome !== 'again') { return; }
      ids.forEach(function (id) { unseen['m' + id] = id; delete seenNow['m' + id]; });
      window.setTimeout(look, 5000);
    });
  }
  window.addEventListener('scroll', look);
  window.addEventListener('resize', look);
  log.addEventListener('scroll', look);
  newer.addEventListener('click', function () {
    var first = Object.keys(unseen)[0];
    newer.hidden = true;
    if (first && shown[first]) { reveal(shown[first]); } else { toBottom(); }
    look();
  });

  /* -- the beginning -- */
  function start() { attempt({ id: newId(), text: null, choice: 'start', quiet: true }); }
  function load() {
    ask('', null);
    log.setAttribute('aria-busy', 'true');
    call('GET', API + '/history', null, 20000, function (outcome, answer) {
      log.removeAttribute('aria-busy');
      if (outcome === 'again') { ask(word('offline'), load); return; }
      if (outcome === 'refused' || !(answer.messages || []).length) {
        if (outcome === 'refused') { session = null; keep('session', null); keep('session', null, 'sessionStorage'); keep('caseno', null); $('casebar').hidden = true; }
        start();
        return;
      }
      each('#log > .msg', function (el) { log.removeChild(el); });
      shown = {};
      var said = recall('pending') ? parse(recall('pending')) : null;
      answer.messages.forEach(function (message) {
        if (message.from === 'me') { freeze(); if (said && message.id === said.id) { said = null; keep('pending', null); } }
        put(message, true);
      });
      hasText = true;
      lock();
      toBottom();
      setCase(answer.case_no);
      listen(false);
      look();
      if (said && !failed && said.id) {
        failed = { id: said.id, text: said.text, choice: said.choice, label: said.label, resync: true };
        ask(said.choice !== null ? word('failedchoice', { x: said.label || '' }) : word('failed'), function () { attempt(failed); });
      }
    });
  }
  box.value = recall('draft') || box.value;
  grow();
  setCase(recall('caseno'));
  if (session) { keep('session', session, 'sessionStorage'); load(); } else { start(); }
}());
