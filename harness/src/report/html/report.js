// What the page does where scripts run: charts instead of drawings, whole tables, and endpoints that can be sorted.
(() => {
  'use strict';

  const data = JSON.parse(document.getElementById('data').textContent);
  const state = document.documentElement.dataset;
  state.charts = '0';
  state.expected = String(Object.keys(data.charts).length);

  // ---- charts: drawn when they come near, and given up when they are far: a run has hundreds, each of some megabytes ----

  const drawn = new Map();
  const seen = new Set();

  const xsOf = ({ xs }) => (Array.isArray(xs) ? xs : Array.from({ length: xs.n }, (_, i) => xs.from + i * xs.step));

  function draw(figure) {
    const chart = data.charts[figure.id];
    if (!chart || drawn.has(figure)) return;
    const built = charts.build(figure, chart.series, chart);
    built.update([xsOf(chart), ...chart.ys]);
    drawn.set(figure, built);
    seen.add(figure.id);
    state.charts = String(seen.size);
  }

  // What the keyboard is in stays.
  function giveUp(figure) {
    if (!drawn.has(figure) || figure.contains(document.activeElement)) return;
    drawn.get(figure).destroy();
    drawn.delete(figure);
  }

  const near = new IntersectionObserver(
    (entries) => entries.forEach((entry) => entry.isIntersecting && draw(entry.target)), { rootMargin: '600px' });
  const far = new IntersectionObserver(
    (entries) => entries.forEach((entry) => entry.isIntersecting || giveUp(entry.target)), { rootMargin: '3000px' });

  document.querySelectorAll('figure').forEach((figure) => {
    near.observe(figure);
    far.observe(figure);
    figure.querySelector('details').addEventListener('toggle', (event) => event.target.open && fill(figure), { once: true });
  });

  // The table of a chart with all its points.
  function fill(figure) {
    const chart = data.charts[figure.id];
    // A drawing whose axis has commits stays as it is, and its table is whole.
    if (!chart) return;
    const rows = xsOf(chart).map((x, i) => {
      const head = cell('th', charts.format(x, chart.x.unit));
      head.className = 'n';
      return row([head, ...chart.series.map((one, s) => cell('td', charts.format(chart.ys[s][i], one.unit)))]);
    });
    figure.querySelector('tbody').replaceChildren(...rows);
    figure.querySelector('.part').textContent = ' (' + rows.length + ' points)';
  }

  function cell(name, text) {
    const element = document.createElement(name);
    element.textContent = text;
    return element;
  }

  function row(cells) {
    const element = document.createElement('tr');
    element.append(...cells);
    return element;
  }

  // ---- endpoints ----

  const time = (nanoseconds) => charts.format(nanoseconds === null ? null : nanoseconds / 1000, 'us');
  const share = (ok, all) => {
    if (all === 0) return '-';
    const percent = (100 * ok) / all;
    // Only what is whole reads 100 %, and only what is nothing reads 0 %.
    const text = percent.toPrecision(3);
    return (ok === all ? '100' : Number(text) === 100 || Number(text) === 0 ? String(percent).slice(0, 9) : text) + ' %';
  };

  // A column: what it is sorted by, and what it shows. A row is [name, requests, ok, rate, [mean, p50, p95, p99, max]].
  const COLUMNS = [
    [(r) => r[0], (r) => r[0]],
    [(r) => r[1], (r) => charts.format(r[1], '')],
    [(r) => (r[1] === 0 ? null : r[2] / r[1]), (r) => share(r[2], r[1])],
    [(r) => r[3], (r) => charts.format(r[3], '/s')],
    ...[0, 1, 2, 3, 4].map((i) => [(r) => r[4][i], (r) => time(r[4][i])]),
  ];
  const STEP = 200;

  function sortable(place, rows) {
    const table = place.querySelector('table');
    const body = table.tBodies[0];
    const headings = [...table.tHead.rows[0].cells];
    let order = { column: 4, down: true };
    let shown = STEP;
    let wanted = '';

    const note = place.querySelector('p');
    note.setAttribute('role', 'status');
    const tools = document.createElement('div');
    tools.className = 'tools';
    const filter = document.createElement('input');
    filter.type = 'search';
    filter.placeholder = 'filter by name';
    filter.setAttribute('aria-label', 'Filter the endpoints by name');
    const more = document.createElement('button');
    more.type = 'button';
    tools.append(filter, more);
    note.before(tools);

    function render() {
      const { column, down } = order;
      const key = COLUMNS[column][0];
      const found = rows.filter((r) => r[0].toLowerCase().includes(wanted));
      // What has no figure comes last, whichever way.
      found.sort((a, b) => {
        const [x, y] = [key(a), key(b)];
        if (x === null || y === null) return (x === null) - (y === null);
        const sign = typeof x === 'string' ? x.localeCompare(y) : x - y;
        return down ? -sign : sign;
      });
      body.replaceChildren(...found.slice(0, shown).map((r) => row(COLUMNS.map(([, text], i) => {
        const element = cell(i === 0 ? 'th' : 'td', text(r));
        if (i === 0) element.dir = 'auto';
        return element;
      }))));
      headings.forEach((heading, i) => heading.setAttribute('aria-sort', i !== column ? 'none' : down ? 'descending' : 'ascending'));
      headings.forEach((heading, i) => { heading.querySelector('span').textContent = i !== column ? '' : down ? ' ▼' : ' ▲'; });
      const count = Math.min(shown, found.length);
      note.textContent = found.length === rows.length && count === rows.length ? ''
        : count.toLocaleString('en-US') + ' of ' + found.length.toLocaleString('en-US') + ' endpoints' + (wanted ? ' with this name' : '');
      more.hidden = count === found.length;
      more.textContent = 'show ' + Math.min(STEP * 5, found.length - count).toLocaleString('en-US') + ' more';
    }

    headings.forEach((heading, i) => {
      const button = document.createElement('button');
      const sign = document.createElement('span');
      button.type = 'button';
      button.append(heading.textContent, sign);
      heading.replaceChildren(button);
      button.addEventListener('click', () => {
        order = { column: i, down: order.column === i ? !order.down : i > 0 };
        render();
      });
    });
    let soon = 0;
    filter.addEventListener('input', () => {
      clearTimeout(soon);
      soon = setTimeout(() => { wanted = filter.value.trim().toLowerCase(); shown = STEP; render(); }, 120);
    });
    more.addEventListener('click', () => { shown += STEP * 5; render(); });
    // A few endpoints need no filter.
    tools.hidden = rows.length <= 10;
    render();
  }

  for (const [id, rows] of Object.entries(data.endpoints)) sortable(document.getElementById(id), rows);

  state.ready = 'yes';
})();
