// The live page: reads the events of a run and shows them. Everything that comes from a run is put in as text, never as HTML.
(() => {
  'use strict';

  const $ = (id) => document.getElementById(id);
  const MOST_POINTS = 2000;

  // ---- what is known; a reconnecting browser gets only what it missed, and the page keeps the rest ----

  let tests = new Map();
  let shown = null;         // the name of the test that is shown
  let follows = true;       // shows each test as it begins, until a person chooses one
  let running = null;       // the name of the test that runs
  let drives = false;
  let lastId = 0;
  let dirty = false;

  function element(name, properties = {}, ...children) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(properties)) {
      if (key in made && key !== 'list') made[key] = value;
      else made.setAttribute(key, value);
    }
    made.append(...children.filter((child) => child !== null && child !== undefined));
    return made;
  }

  const time = (seconds) => charts.format(seconds === null || seconds === undefined ? null : seconds * 1e6, 'us');
  const count = (number) => charts.format(number, '');
  const rate = (number) => charts.format(number, '/s');
  const clock = (seconds) => {
    const whole = Math.max(0, Math.round(seconds));
    return whole < 60 ? whole + ' s' : Math.floor(whole / 60) + ' min ' + (whole % 60) + ' s';
  };

  function testOf(name) {
    if (!tests.has(name)) {
      tests.set(name, { name, kind: '', markers: [], documentation: '', load: '', runs: true, state: 'waiting', run: null,
        verdict: null, thresholds: [] });
    }
    return tests.get(name);
  }

  function newRun(data) {
    return { ...data, before: new Map(), measured: new Map(), measuredFrom: null, progress: [], ended: false };
  }

  // ---- events ----

  const on = {
    session(data) {
      tests = new Map();
      [shown, running, follows] = [null, null, true];
      drives = data.drives;
      $('run-id').textContent = data.id;
      $('log').replaceChildren();
      data.tests.forEach((test) => Object.assign(testOf(test.name), test, { state: test.runs ? 'waiting' : 'left out' }));
      if (drive.prepare) drive.prepare(data);
    },
    test_begins(data) {
      const test = testOf(data.test);
      Object.assign(test, { kind: data.kind, load: data.load, documentation: data.documentation, state: 'running', verdict: null,
        run: null, thresholds: data.thresholds.map((text) => ({ text })) });
      running = data.test;
      if (follows || drives) shown = data.test;
      log(data.test + ' begins: ' + data.load);
    },
    run_begins(data) {
      const test = testOf(data.test);
      test.run = newRun(data);
      if (data.number > 1) log(data.test + ': run ' + data.number + ', ' + data.load);
    },
    progress(data) {
      const run = running !== null && testOf(running).run;
      if (run) run.progress.push(data);
    },
    slices(data) {
      const run = running !== null && testOf(running).run;
      if (!run) return;
      // Slices grow longer while a run goes on; one comes again if a thread was late with its part.
      const part = data.is_measured ? run.measured : run.before;
      if (data.replaces_all) part.clear();
      run.measuredFrom = data.measured_from_s;
      data.rows.forEach((row) => part.set(Math.round(row[0] * 1000), { at: row[0], length: data.length_s, row }));
    },
    run_ended() {
      const run = running !== null && testOf(running).run;
      if (run) run.ended = true;
    },
    test_ended(data) {
      const test = testOf(data.test);
      Object.assign(test, { state: data.outcome, verdict: data, load: data.load || test.load });
      if (data.thresholds.length > 0) test.thresholds = data.thresholds;
      if (running === data.test) running = null;
      log(data.test + ' ' + data.outcome + (data.reason ? ': ' + data.reason : ''));
      data.warnings.forEach((warning) => log(data.test + ': ' + warning));
    },
    log(data) { log(data.text); },
    controls(data) { if (drive.controls) drive.controls(data); },
    end(data) {
      log('the run has ended' + (data.interrupted ? ', interrupted by ' + data.interrupted : '') + ': ' + data.text
        + (data.report ? '; see ' + data.report : ''));
      state('ended', 'ended: ' + data.text);
      document.documentElement.dataset.ended = 'true';
      running = null;
      if (drive.over) drive.over();
      source.close();
    },
  };

  function log(text) {
    const now = new Date();
    const list = $('log');
    list.prepend(element('li', {}, element('time', { dateTime: now.toISOString() }, now.toLocaleTimeString()), text));
    while (list.children.length > 500) list.lastChild.remove();
  }

  function notice(text) {
    $('notice').textContent = text || '';
    $('notice').hidden = !text;
  }

  function state(name, text) {
    const connection = $('connection');
    connection.dataset.state = name;
    connection.textContent = text;
  }

  // ---- the connection ----

  let source = null;

  function connect() {
    source = new EventSource('/events?after=' + lastId);
    source.onopen = () => { notice(''); state('live', drives && running === null ? 'ready' : 'live'); };
    source.onerror = () => {
      if (source.readyState !== EventSource.CLOSED) {
        state('lost', 'connection lost' + at() + ': trying again');
        return;
      }
      refused();
    };
    for (const [name, act] of Object.entries(on)) {
      source.addEventListener(name, (event) => {
        lastId = Number(event.lastEventId) || lastId;
        act(JSON.parse(event.data));
        redraw();
      });
    }
  }

  const at = () => {
    const run = running !== null && testOf(running).run;
    const last = run && run.progress[run.progress.length - 1];
    return last ? ' at second ' + Math.round(last.at_s) : '';
  };

  // The server has answered, and not with events: it says why.
  async function refused() {
    state('lost', 'not connected');
    try {
      const answer = await fetch('/events', { method: 'HEAD' });
      if (answer.ok || answer.status === 503) {
        if (answer.status === 503) notice('Eight viewers are watching, which is the most: this page tries again.');
        setTimeout(connect, 3000);
        return;
      }
    } catch (error) {
      setTimeout(connect, 3000);
      return;
    }
    notice('This address does not know this page: open the link that the run has printed, with its token.');
  }

  async function open() {
    const token = new URLSearchParams(location.hash.slice(1)).get('token');
    if (token !== null) {
      // Out of the address bar and the history.
      history.replaceState(null, '', location.pathname);
      try { await post('/session', { token }); } catch (error) { notice(error.message); }
    }
    connect();
  }

  async function post(path, body) {
    const answer = await fetch(path, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });
    const text = await answer.text();
    if (answer.ok) return;
    let why = text.trim();
    try { why = JSON.parse(text).error || why; } catch (error) { /* it is a sentence */ }
    throw new Error(why);
  }

  // ---- what is shown ----

  const SYMBOLS = { passed: '✓', failed: '✗', errored: '✗', invalid: '?', interrupted: '■', running: '▶', explored: '◆', waiting: '·', 'left out': ' ', ignored: ' ' };

  function redraw() {
    if (dirty) return;
    dirty = true;
    // A page in the background draws nothing; a timer keeps what it will show there.
    (document.hidden ? setTimeout : requestAnimationFrame)(() => { dirty = false; draw(); });
  }

  function draw() {
    drawTests();
    const test = shown !== null ? tests.get(shown) : null;
    if (!test) return;
    $('test-name').textContent = test.name;
    $('about').textContent = [test.load, test.documentation].filter(Boolean).join(' · ');
    const verdict = $('verdict');
    verdict.className = test.state;
    verdict.textContent = (SYMBOLS[test.state] || '') + ' ' + test.state + (test.verdict && test.verdict.reason ? ': ' + test.verdict.reason : '');
    drawProgress(test);
    drawFigures(test);
    drawThresholds(test);
    drawCharts(test);
    document.title = test.state + ' · ' + test.name;
  }

  function drawTests() {
    const list = $('tests');
    // A page that starts no test need not list those that do not run.
    const listed = [...tests.values()].filter((test) => drives || test.state !== 'left out');
    const names = listed.map((test) => test.name);
    if (list.dataset.names !== JSON.stringify(names)) {
      list.dataset.names = JSON.stringify(names);
      list.replaceChildren(...names.map((name) => {
        const button = element('button', { type: 'button' }, element('span'), element('small'));
        button.addEventListener('click', () => choose(name));
        return element('li', {}, button);
      }));
    }
    listed.forEach((test, index) => {
      const button = list.children[index].firstChild;
      const [title, about] = button.children;
      const symbol = (SYMBOLS[test.state] || '·') + ' ';
      if (title.textContent !== symbol + test.name) title.textContent = symbol + test.name;
      title.className = test.state;
      const text = [test.state, test.kind, test.load, ...test.markers].filter(Boolean).join(' · ');
      if (about.textContent !== text) about.textContent = text;
      button.title = test.documentation;
      button.setAttribute('aria-current', String(test.name === shown));
    });
  }

  function choose(name) {
    shown = name;
    follows = name === running;
    if (drive.choose) drive.choose(tests.get(name));
    redraw();
  }

  function drawProgress(test) {
    const { run } = test;
    const last = run && run.progress[run.progress.length - 1];
    $('progress-line').hidden = !last || run.ended || test.state !== 'running';
    if (!last) return;
    const bar = $('progress');
    const end = run.measuredFrom !== null && run.duration_s !== null ? run.measuredFrom + run.duration_s : run.expected_s;
    if (end !== null) {
      bar.value = Math.min(1, last.at_s / end);
      $('time-left').textContent = clock(last.at_s) + ' of ' + clock(end) + ', ' + clock(end - last.at_s) + ' left';
    } else if (run.expected_requests !== null) {
      bar.value = Math.min(1, last.sent / run.expected_requests);
      $('time-left').textContent = count(last.sent) + ' of ' + count(run.expected_requests) + ' requests';
    } else {
      bar.removeAttribute('value');
      $('time-left').textContent = clock(last.at_s) + (run.duration_s !== null ? ', warming up' : ', until the mean is precise');
    }
  }

  function drawFigures(test) {
    const { run, verdict } = test;
    const last = run && run.progress[run.progress.length - 1];
    const before = run && run.progress[run.progress.length - 2];
    let figures = [];
    if (verdict && verdict.requests !== null) {
      figures = [['requests', count(verdict.requests)], ['failed', count(verdict.failed)], ['ok each second', rate(verdict.rate_per_s)],
        ['mean', time(verdict.mean_s)], ['p50', time(verdict.p50_s)], ['p95', time(verdict.p95_s)], ['p99', time(verdict.p99_s)]];
    } else if (last) {
      const passed = before ? last.at_s - before.at_s : 0;
      const now = passed > 0 ? (last.ok + last.failed - before.ok - before.failed) / passed : null;
      figures = [['sent', count(last.sent)], ['failed', count(last.failed)], ['rate', rate(now)], ['in flight', count(last.in_flight)],
        ['users', count(last.users)]];
      if (last.planned_per_s !== null) figures.splice(3, 0, ['planned', rate(last.planned_per_s)]);
      if (!last.measuring) figures.push(['phase', 'before the measurement']);
    }
    $('figures').replaceChildren(...figures.map(([name, value]) => element('div', {}, element('dt', {}, name), element('dd', {}, value))));
  }

  function drawThresholds(test) {
    $('thresholds-section').hidden = test.thresholds.length === 0;
    $('thresholds').replaceChildren(...test.thresholds.map((threshold) => {
      const isJudged = threshold.holds !== undefined;
      const mark = isJudged ? (threshold.holds ? '✓ ' : '✗ ') + threshold.mark : '· not judged yet';
      const cells = [threshold.actual, threshold.interval, threshold.margin, isJudged ? count(threshold.samples) : null];
      return element('tr', {}, element('td', {}, threshold.text), ...cells.map((cell) => element('td', {}, cell || '-')),
        element('td', { className: !isJudged ? '' : threshold.holds ? 'passed' : 'failed' }, mark));
    }));
  }

  // ---- charts ----

  const drawn = {};

  function chart(id, series, options) {
    if (!drawn[id]) drawn[id] = charts.build($(id), series, { height: 200, x: { unit: 's' }, ...options });
    return drawn[id];
  }

  // Neighbours are joined until there are few enough; the slowest of them is what is shown.
  function thinned(rows) {
    const joined = Math.ceil(rows.length / MOST_POINTS);
    if (joined <= 1) return rows;
    const result = [];
    for (let i = 0; i < rows.length; i += joined) {
      const part = rows.slice(i, i + joined);
      const most = (column) => part.reduce((most, { row }) => (row[column] === null ? most : Math.max(most ?? 0, row[column])), null);
      const sum = (column) => part.reduce((sum, { row }) => sum + row[column], 0);
      const length = part.reduce((sum, one) => sum + one.length, 0);
      result.push({ at: part[0].at, length, row: [part[0].at, sum(1), sum(2), most(3), most(4), most(5), most(6)] });
    }
    return result;
  }

  function drawCharts(test) {
    const run = test.run;
    const rows = run ? [...run.before.values(), ...run.measured.values()].sort((a, b) => a.at - b.at) : [];
    const points = thinned(rows);
    const xs = points.map(({ at }) => at);
    const perSecond = (column) => points.map(({ row, length }) => row[column] / length);
    const bands = run && run.measuredFrom > 0 ? [{ from: 0, to: run.measuredFrom, text: 'before the measurement', kind: 'warm-up' }] : [];
    const times = (column) => points.map(({ row }) => (row[column] === null ? null : row[column] * 1e6));
    chart('chart-rate', [{ name: 'ok', unit: '/s', colour: 'blue', kind: 'area' }, { name: 'failed', unit: '/s', colour: 'red', dash: 'dash' }],
      { title: 'rate' }).update([xs, perSecond(1), perSecond(2)], { bands });
    chart('chart-times', [{ name: 'p50', unit: 'us', colour: 'blue', gaps: true }, { name: 'p95', unit: 'us', colour: 'orange', dash: 'dash' },
      { name: 'p99', unit: 'us', colour: 'violet', dash: 'dot' }], { title: 'response time' })
      .update([xs, times(3), times(4), times(5)], { bands, limits: ((run && run.limits) || []).map(({ text, limit_s }) => ({ at: limit_s * 1e6, text })) });
    const progress = run ? run.progress : [];
    const step = Math.ceil(progress.length / MOST_POINTS) || 1;
    const seconds = progress.filter((_, index) => index % step === 0);
    chart('chart-flight', [{ name: 'in flight', unit: '', colour: 'blue' }, { name: 'users', unit: '', colour: 'grey', dash: 'dash' }],
      { title: 'in flight' }).update([seconds.map((one) => one.at_s), seconds.map((one) => one.in_flight), seconds.map((one) => one.users)], { bands });
    $('seconds').replaceChildren(...rows.slice(-12).reverse().map(({ row }) => element('tr', {}, ...[row[0].toFixed(2) + ' s', count(row[1] + row[2]),
      count(row[2]), time(row[3]), time(row[4]), time(row[5]), time(row[6])].map((cell) => element('td', {}, cell)))));
    const html = document.documentElement.dataset;
    html.points = String(points.length);
    html.ended ??= 'false';
  }

  // ---- driving: filled in below for a page that may ----

  const drive = {};
  const LABELS = { users: 'users', rate: 'arrivals each second', 'ramp-up': 'ramp-up', duration: 'duration', profile: 'profile' };
  let ready = false;

  drive.prepare = (data) => {
    $('drive').hidden = !data.drives;
    const first = data.tests.find((test) => test.runs);
    if (data.drives && first) choose(first.name);
  };

  drive.choose = (test) => {
    if (!drives || !test || !test.fields) return;
    $('drive-test').textContent = test.name;
    $('fields').replaceChildren(...test.fields.map(([name, value]) => element('label', {}, LABELS[name] || name,
      element('input', { name, value, defaultValue: value, autocomplete: 'off', placeholder: name === 'duration' ? 'until stopped' : '' }))));
    $('change-what').textContent = test.fields[0][0];
    $('change-load').value = test.fields[0][1];
    drive.refresh();
  };

  drive.refresh = () => {
    const test = tests.get(shown);
    $('start').disabled = !ready || !test || !test.runs;
    $('stop').disabled = ready;
    $('change').hidden = ready;
    const flags = [...changed()].map(([name, value]) => ' --' + name + ' ' + value).join('');
    $('command').textContent = test ? 'as on the command line: --exact ' + test.name + flags : '';
  };

  // Only what a person has changed: everything else stays as the test has it.
  const changed = () => [...$('fields').querySelectorAll('input')].filter((input) => input.value.trim() !== input.defaultValue)
    .filter((input) => input.value.trim() !== '').map((input) => [input.name, input.value.trim()]);

  drive.controls = (data) => { ready = data.ready; drive.refresh(); if (source.readyState === EventSource.OPEN) state('live', ready ? 'ready' : 'live'); };
  drive.over = () => { for (const id of ['start', 'stop']) $(id).disabled = true; $('change').hidden = true; };

  async function act(path, body) {
    try { notice(''); await post(path, body); } catch (error) { notice(error.message); }
  }

  $('form').addEventListener('submit', (event) => {
    event.preventDefault();
    act('/api/start', { test: shown, settings: Object.fromEntries(changed()) });
  });
  $('form').addEventListener('input', () => drive.refresh());
  $('stop').addEventListener('click', () => act('/api/stop', {}));
  $('change').addEventListener('submit', (event) => {
    event.preventDefault();
    act('/api/change', { load: $('change-load').value });
  });

  open();
})();
