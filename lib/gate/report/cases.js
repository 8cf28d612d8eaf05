
// The list of cases: only the rows that can be seen are in the page.
const caseList = (() => {
  const ROW = 44;
  const MARKS = {
    GOOD: ['✓', 'is-good'], BAD: ['✗', 'is-bad'], WARN: ['~', 'is-warn'], NONE: ['–', 'is-none'],
  };
  const WORST = ['BAD', 'WARN', 'GOOD', 'NONE'];
  const PRINTED = 2000;
  const root = document.getElementById('case-list');
  if (!root) {
    return { load() {} };
  }

  let rows = [];
  let details = [];
  let shown = [];
  let byHash = new Map();
  let active = 0;
  let opened = '';
  const wanted = { outcomes: new Set(), service: '', leg: '', text: '' };

  // ---- What is there ----
  const encoded = (text) => encodeURIComponent(text)
    .replace(/[!'()~]/g, (c) => '%' + c.charCodeAt(0).toString(16).toUpperCase())
    .replace(/%3A/g, ':').replace(/%40/g, '@').replace(/%3D/g, '=').replace(/%2C/g, ',');

  const read = () => {
    const data = JSON.parse(document.getElementById('data').textContent);
    details = data.details;
    byHash = new Map();
    rows = data.rows.map(([place, name, outcome, mark, millis, detail], number) => {
      const where = data.places[place];
      const path = [...where.names, name];
      let hash = 'case:' + path.map(encoded).join('/');
      for (let i = 2; byHash.has(hash); i++) {
        hash = hash.replace(/(~\d+)?$/, '~' + i);
      }
      byHash.set(hash, number);
      const leg = where.names[0];
      return {
        number, name, outcome, mark, millis, detail, hash, where, leg,
        services: data.services[leg] || [],
        text: path.join(' ').toLowerCase(),
      };
    });
    rows.sort((a, b) => WORST.indexOf(a.mark) - WORST.indexOf(b.mark) || a.number - b.number);
    rows.forEach((row, at) => { row.at = at; byHash.set(row.hash, at); });
  };

  // ---- The controls ----
  const search = make('input', {
    type: 'search', id: 'case-search', placeholder: 'a word of a name, step or leg',
    autocomplete: 'off', spellcheck: 'false',
  });
  const service = make('select', { id: 'case-service' });
  const leg = make('select', { id: 'case-leg' });
  const outcomes = make('div', { class: 'outcomes', role: 'group', 'aria-label': 'Outcomes' });
  const count = make('p', { class: 'count', role: 'status' });
  const list = make('ol', { class: 'rows', 'aria-label': 'Cases' });
  const view = make('div', { class: 'scroller' }, list);
  const printed = make('div', { class: 'printed' });

  const choices = (select, every, values) => {
    const before = select.value;
    select.replaceChildren(make('option', { value: '' }, every));
    for (const value of values) {
      select.append(make('option', { value }, value));
    }
    select.value = values.includes(before) ? before : '';
    select.parentElement.hidden = values.length < 2;
  };

  const chips = () => {
    const counts = new Map();
    for (const row of rows) {
      counts.set(row.outcome, (counts.get(row.outcome) || 0) + 1);
    }
    const focused = document.activeElement?.dataset?.outcome;
    outcomes.replaceChildren();
    for (const [outcome, many] of counts) {
      const mark = rows.find((it) => it.outcome === outcome).mark;
      const chip = make(
        'button',
        {
          type: 'button', class: 'outcome-chip ' + MARKS[mark][1], 'data-outcome': outcome,
          'aria-pressed': String(wanted.outcomes.has(outcome)),
        },
        make('span', { 'aria-hidden': 'true' }, MARKS[mark][0] + ' '), outcome + ' ' + many);
      chip.addEventListener('click', () => {
        wanted.outcomes.has(outcome)
          ? wanted.outcomes.delete(outcome) : wanted.outcomes.add(outcome);
        chip.setAttribute('aria-pressed', String(wanted.outcomes.has(outcome)));
        filter();
      });
      outcomes.append(chip);
      if (outcome === focused) {
        chip.focus();
      }
    }
  };

  // ---- The rows ----
  const filter = () => {
    const words = wanted.text.toLowerCase().split(/\s+/).filter(Boolean);
    shown = rows.filter((row) =>
      (wanted.outcomes.size === 0 || wanted.outcomes.has(row.outcome))
      && (!wanted.service || row.services.includes(wanted.service))
      && (!wanted.leg || row.leg === wanted.leg)
      && words.every((word) => row.text.includes(word)));
    active = 0;
    view.scrollTop = 0;
    list.style.height = shown.length * ROW + 'px';
    count.textContent = shown.length === rows.length
      ? rows.length + (rows.length === 1 ? ' case' : ' cases')
      : shown.length + ' of ' + rows.length + ' cases';
    draw();
  };

  const time = (millis) => {
    if (millis < 0) {
      return '';
    }
    if (millis < 1000) {
      return millis + ' ms';
    }
    return millis < 60000
      ? (Math.floor(millis / 100) / 10).toFixed(1) + ' s'
      : Math.floor(millis / 60000) + ' m ' + String(Math.floor(millis / 1000) % 60).padStart(2, '0') + ' s';
  };

  const line = (row, position) => {
    const [sign, style] = MARKS[row.mark];
    const link = make(
      'a',
      {
        href: '#' + row.hash, class: 'case ' + style, tabindex: position === active ? '0' : '-1',
      },
      make('span', { class: 'sign', 'aria-hidden': 'true' }, sign),
      make('span', { class: 'what' },
        make('span', { class: 'case-name' }, row.name),
        make('span', { class: 'case-place' }, row.where.names.join(' › '))),
      make('span', { class: 'outcome' }, row.outcome),
      make('span', { class: 'time' }, time(row.millis)));
    const item = make(
      'li', { 'aria-setsize': shown.length, 'aria-posinset': position + 1, 'data-at': position },
      link);
    item.style.transform = 'translateY(' + position * ROW + 'px)';
    return item;
  };

  const draw = () => {
    const first = Math.max(0, Math.floor(view.scrollTop / ROW) - 8);
    const last = Math.min(shown.length, Math.ceil((view.scrollTop + view.clientHeight) / ROW) + 8);
    const focused = list.contains(document.activeElement);
    const drawn = [];
    for (let at = first; at < last; at++) {
      drawn.push(line(shown[at], at));
    }
    list.replaceChildren(...drawn);
    if (focused) {
      list.querySelector('[tabindex="0"]')?.focus({ preventScroll: true });
    }
  };

  const go = (to) => {
    active = Math.max(0, Math.min(shown.length - 1, to));
    const top = active * ROW;
    if (top < view.scrollTop) {
      view.scrollTop = top;
    } else if (top + ROW > view.scrollTop + view.clientHeight) {
      view.scrollTop = top + ROW - view.clientHeight;
    }
    draw();
    list.querySelector('[data-at="' + active + '"] a')?.focus({ preventScroll: true });
  };

  list.addEventListener('keydown', (event) => {
    const page = Math.max(1, Math.floor(view.clientHeight / ROW) - 1);
    const to = {
      ArrowDown: active + 1, ArrowUp: active - 1, PageDown: active + page,
      PageUp: active - page, Home: 0, End: shown.length - 1,
    }[event.key];
    if (to !== undefined) {
      event.preventDefault();
      go(to);
    }
  });
  list.addEventListener('focusin', (event) => {
    const at = Number(event.target.closest('li')?.dataset.at);
    if (at !== active && at >= 0) {
      active = at;
      draw();
    }
  });

  // ---- One case ----
  const title = make('h2', { id: 'case-title' });
  const close = make('button', { type: 'button', class: 'close', 'aria-label': 'Close' }, '×');
  const content = make('div', { class: 'case-content' });
  const dialog = make('dialog', { 'aria-labelledby': 'case-title' }, close, title, content);

  const block = (heading, text, style) => text
    ? [make('h3', {}, heading), make('pre', { class: style, tabindex: '0' }, text)] : [];

  const show = (row) => {
    const [sign, style] = MARKS[row.mark];
    const detail = details[row.detail] || { detail: '', output: '', earlier: [] };
    title.textContent = row.name;
    content.replaceChildren(
      make('p', { class: 'case-head ' + style },
        make('span', { class: 'sign', 'aria-hidden': 'true' }, sign),
        make('span', { class: 'outcome' }, row.outcome),
        make('span', { class: 'time' }, time(row.millis))),
      make('p', { class: 'case-place' }, row.where.names.join(' › ')),
      ...block('Why', detail.detail, 'reason'),
      ...block('What it wrote', detail.output, 'log'));
    if (detail.earlier.length) {
      content.append(make('h3', {}, 'Before'),
        make('ul', {}, ...detail.earlier.map((it) => make('li', {}, it))));
    }
    const { log, link, repeat } = row.where;
    if (log) {
      content.append(make('p', { class: 'full-log' }, 'the full log: ',
        link ? make('a', { href: link }, log) : make('code', {}, log)));
    }
    if (repeat) {
      content.append(make('p', { class: 'command' },
        make('span', { class: 'what' }, 'repeat the step'), make('code', {}, repeat)));
    }
    content.append(make('p', { class: 'meta' }, 'in the leg ',
      make('a', { href: '#leg:' + encoded(row.leg) }, row.leg)));
    copyButtons(content);
    opened = row.hash;
    if (!dialog.open) {
      dialog.showModal();
    }
  };

  const follow = () => {
    const at = byHash.get(location.hash.slice(1));
    if (at !== undefined) {
      const position = shown.indexOf(rows[at]);
      if (position >= 0) {
        active = position;
      }
      show(rows[at]);
    } else if (location.hash.startsWith('#case:')) {
      count.textContent = 'No case of this run is called ' + decoded(location.hash.slice(6));
    } else if (dialog.open) {
      dialog.close();
    }
  };

  close.addEventListener('click', () => dialog.close());
  dialog.addEventListener('click', (event) => {
    if (event.target === dialog) {
      dialog.close();
    }
  });
  dialog.addEventListener('close', () => {
    if (location.hash.slice(1) === opened) {
      history.replaceState(null, '', location.pathname + location.search);
    }
    opened = '';
    if (shown.length) {
      go(active);
    }
  });

  // ---- Printing: all that are chosen, as far as anybody would read them ----
  addEventListener('beforeprint', () => {
    printed.replaceChildren(make('ul', {}, ...shown.slice(0, PRINTED).map((row) =>
      make('li', { class: MARKS[row.mark][1] },
        MARKS[row.mark][0] + ' ' + row.outcome + '  ' + row.where.names.join(' › ') + ' › '
          + row.name + '  ' + time(row.millis)))));
    if (shown.length > PRINTED) {
      printed.append(make('p', {}, 'and ' + (shown.length - PRINTED) + ' more'));
    }
  });
  addEventListener('afterprint', () => printed.replaceChildren());

  const labelled = (text, control) =>
    make('div', {}, make('label', { for: control.id }, text), control);
  const mount = () => {
    search.addEventListener('input', () => { wanted.text = search.value; filter(); });
    service.addEventListener('change', () => { wanted.service = service.value; filter(); });
    leg.addEventListener('change', () => { wanted.leg = leg.value; filter(); });
    view.addEventListener('scroll', draw);
    addEventListener('resize', draw);
    addEventListener('hashchange', follow);
    addEventListener('keydown', (event) => {
      const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName);
      if (event.key === '/' && !typing && !event.ctrlKey && !event.metaKey && !dialog.open) {
        event.preventDefault();
        search.focus();
      }
    });
    document.body.append(dialog);
  };

  const load = (into) => {
    read();
    into.replaceChildren(
      make('div', { class: 'controls' },
        labelled('Search', search), labelled('Service', service), labelled('Leg', leg)),
      outcomes, count, view, printed);
    choices(service, 'every service', [...new Set(rows.flatMap((it) => it.services))].sort());
    choices(leg, 'every leg', [...new Set(rows.map((it) => it.leg))]);
    wanted.service = service.value;
    wanted.leg = leg.value;
    chips();
    const scroll = view.scrollTop;
    filter();
    view.scrollTop = scroll;
    draw();
  };

  mount();
  load(root);
  follow();
  return { load };
})();
