// Draws the charts of the report and of the live page with uPlot, which must be loaded before this.
//
//   const chart = charts.build(figure, series, options);
//   chart.update([xs, ys, ys, …]);            // one array of values for each series; null is a value that is missing
//   chart.update(data, { marks: [...] });     // options may change with the data: a run that goes on, a stage that begins
//   chart.destroy();
//
// figure    A <figure> with an element of class `chart`, in which the chart replaces the <svg>. The size comes from its width
//           and from `options.height`.
// series    [{ name, unit, colour, dash, kind, gaps }]
//           unit    'us' (microseconds), '/s', 's', 'cores', 'KiB', '%', or '' for plain numbers
//           colour  blue, orange, violet, red, green, grey: variables of the style sheet, which dark pages change
//           dash    solid, dash, dot, dashdot
//           kind    line (as long as nothing is said), step, area (steps, filled), points (with `shape`: dot, cross, square)
//           gaps    true: a missing value interrupts the line; false: the line goes on to the next value
// options   { title, height, x, y, limits, bands, marks }
//           x       { unit, kind, ends }: ends [first, last] if they are not those of the data; kind linear, log, or percentile (0 to 100, stretched towards 100)
//           y       { log, min, max }: min and max are found in the data where they are missing
//           limits  [{ at, text }]            a dashed line across the chart
//           bands   [{ from, to, text, kind }] kind warm-up or stage: shaded
//           marks   [{ at, text }]            an event
const charts = (() => {
  'use strict';

  const POWERS_OF_TWO = Array.from({ length: 40 }, (_, i) => 2 ** i);
  const DASHES = { solid: [], dash: [7, 4], dot: [2, 3], dashdot: [8, 3, 2, 3] };
  const all = new Set();

  // ---- figures, written as the tables write them ----

  const digits = (value) => {
    if (value === 0) return '0';
    const rounded = Number(value.toPrecision(3));
    const places = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(rounded))));
    return rounded.toLocaleString('en-US', { minimumFractionDigits: places, maximumFractionDigits: places });
  };
  const scaled = (value, units) => {
    const fitting = units.find(([, size]) => Math.abs(Number(value.toPrecision(3))) >= size) || units[units.length - 1];
    return digits(value / fitting[1]) + ' ' + fitting[0];
  };
  const TIMES = [['s', 1e6], ['ms', 1e3], ['µs', 1], ['ns', 1e-3]];
  const SIZES = [['GiB', 1048576], ['MiB', 1024], ['KiB', 1], ['B', 1 / 1024]];
  // On an axis the zeros behind the point say nothing.
  const short = (text) => text.replace(/(\.\d*?)0+(?=\D|$)/, '$1').replace(/\.(?=\D|$)/, '');

  function format(value, unit) {
    if (value === null || value === undefined || !Number.isFinite(value)) return '-';
    if (value === 0 && unit !== '%') return unit === '/s' ? '0/s' : '0';
    switch (unit) {
      case 'us': return scaled(value, TIMES);
      case 'KiB': return scaled(value, SIZES);
      case '/s': return digits(value) + '/s';
      case 's': return digits(value) + ' s';
      case 'cores': return digits(value) + (value === 1 ? ' core' : ' cores');
      case '%': return Number(value.toFixed(4)) + ' %';
      default: return Number.isInteger(value) ? value.toLocaleString('en-US') : digits(value);
    }
  }

  // ---- axes: uPlot sees straight axes only; what is stretched is stretched here ----

  const STRAIGHT = { to: (v) => v, from: (v) => v };
  const LOG = { to: (v) => (v > 0 ? Math.log10(v) : null), from: (v) => 10 ** v };
  const PERCENTILE = { to: (v) => -Math.log10(1 - Math.min(v, 99.9999) / 100), from: (v) => 100 * (1 - 10 ** -v) };
  const stretched = (values, axis) => (axis === STRAIGHT ? values : values.map((v) => (v === null ? null : axis.to(v))));

  const logSplits = (u, axis, low, high) => {
    const steps = high - low > 2.5 ? [1] : [1, 2, 5];
    const splits = [];
    for (let power = Math.floor(low); power <= high; power += 1) {
      for (const step of steps) {
        const at = power + Math.log10(step);
        if (at >= low && at <= high) splits.push(at);
      }
    }
    return splits;
  };
  const percentileSplits = (u, axis, low, high) =>
    [0, 50, 90, 99, 99.9, 99.99].map(PERCENTILE.to).filter((at) => at >= low && at <= high + 1e-9);

  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue('--' + name).trim() || '#888';

  // ---- one chart ----

  function build(figure, series, options) {
    const place = figure.querySelector('.chart');
    const legend = document.createElement('ul');
    const readout = document.createElement('output');
    let { x = {}, y = {}, limits = [], bands = [], marks = [] } = options;
    const xAxis = x.kind === 'log' ? LOG : x.kind === 'percentile' ? PERCENTILE : STRAIGHT;
    const yAxis = y.log ? LOG : STRAIGHT;
    const unit = (series[0] || {}).unit || '';
    let plot = null;
    let data = null;

    const height = () => options.height || 220;
    // Drawn into the canvas, in its pixels.
    const position = (u, value, scale) => u.valToPos(value, scale, true);

    function shade(u) {
      const { ctx, bbox } = u;
      ctx.save();
      ctx.beginPath();
      ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
      ctx.clip();
      ctx.font = Math.round(11 * devicePixelRatio) + 'px system-ui, sans-serif';
      ctx.textBaseline = 'top';
      bands.forEach((band, index) => {
        const from = Math.max(position(u, band.from, 'x'), bbox.left);
        const to = Math.min(position(u, band.to, 'x'), bbox.left + bbox.width);
        if (to <= from) return;
        ctx.fillStyle = colour(band.kind === 'warm-up' ? 'shade-warm-up' : index % 2 ? 'shade-odd' : 'shade-even');
        ctx.fillRect(from, bbox.top, to - from, bbox.height);
        ctx.fillStyle = colour('muted');
        if (ctx.measureText(band.text).width < to - from - 6) ctx.fillText(band.text, from + 4, bbox.top + 3);
      });
      ctx.restore();
    }

    function line(u, from, to, shade, dash) {
      const { ctx } = u;
      ctx.strokeStyle = shade;
      ctx.lineWidth = devicePixelRatio;
      ctx.setLineDash(dash.map((length) => length * devicePixelRatio));
      ctx.beginPath();
      ctx.moveTo(...from);
      ctx.lineTo(...to);
      ctx.stroke();
    }

    function annotate(u) {
      const { ctx, bbox } = u;
      ctx.save();
      ctx.font = Math.round(11 * devicePixelRatio) + 'px system-ui, sans-serif';
      const right = bbox.left + bbox.width;
      for (const limit of limits) {
        const at = position(u, yAxis.to(limit.at), 'y');
        if (at < bbox.top - 1 || at > bbox.top + bbox.height + 1) continue;
        line(u, [bbox.left, at], [right, at], colour('limit'), [3, 3]);
        ctx.fillStyle = colour('limit');
        ctx.textBaseline = at - bbox.top < 16 * devicePixelRatio ? 'top' : 'bottom';
        ctx.textAlign = 'right';
        written(ctx, limit.text, right - 4, at + (ctx.textBaseline === 'top' ? 2 : -2));
      }
      ctx.textAlign = 'left';
      ctx.textBaseline = 'bottom';
      marks.forEach((mark, index) => {
        const at = position(u, xAxis.to(mark.at), 'x');
        if (at < bbox.left || at > right) return;
        line(u, [at, bbox.top], [at, bbox.top + bbox.height], colour('mark'), []);
        ctx.fillStyle = colour('mark');
        const fitsRight = at + ctx.measureText(mark.text).width < right;
        ctx.textAlign = fitsRight ? 'left' : 'right';
        written(ctx, mark.text, at + (fitsRight ? 4 : -4), bbox.top + bbox.height - (4 + 13 * (index % 3)) * devicePixelRatio);
      });
      ctx.restore();
      series.forEach((one, index) => one.kind === 'points' && shapes(u, one, index + 1));
    }

    // With a rim, because lines may lie behind.
    function written(ctx, text, x, y) {
      ctx.setLineDash([]);
      ctx.lineWidth = 4 * devicePixelRatio;
      ctx.strokeStyle = colour('card');
      ctx.lineJoin = 'round';
      ctx.strokeText(text, x, y);
      ctx.fillText(text, x, y);
    }

    function shapes(u, one, index) {
      const { ctx } = u;
      if (!u.series[index].show) return;
      ctx.save();
      ctx.strokeStyle = ctx.fillStyle = colour(one.colour);
      ctx.lineWidth = 2 * devicePixelRatio;
      const r = 4.5 * devicePixelRatio;
      u.data[index].forEach((value, i) => {
        if (value === null || value === undefined) return;
        const [cx, cy] = [position(u, u.data[0][i], 'x'), position(u, value, 'y')];
        ctx.beginPath();
        if (one.shape === 'cross') {
          ctx.moveTo(cx - r, cy - r); ctx.lineTo(cx + r, cy + r); ctx.moveTo(cx - r, cy + r); ctx.lineTo(cx + r, cy - r);
          ctx.stroke();
        } else if (one.shape === 'square') {
          ctx.strokeRect(cx - r, cy - r, 2 * r, 2 * r);
        } else {
          ctx.arc(cx, cy, r, 0, 7);
          ctx.fill();
        }
      });
      ctx.restore();
    }

    // The limits belong to the chart unless they would press the data flat.
    function range() {
      let [low, high] = [Infinity, -Infinity];
      data.slice(1).forEach((values) => values.forEach((v) => {
        if (v === null || v === undefined) return;
        low = Math.min(low, v);
        high = Math.max(high, v);
      }));
      if (low > high) [low, high] = yAxis === LOG ? [0, 1] : [0, 1];
      for (const limit of limits) {
        const at = yAxis.to(limit.at);
        if (at === null) continue;
        const reach = yAxis === LOG ? at < high + 2 : at < 3 * high;
        if (reach) [low, high] = [Math.min(low, at), Math.max(high, at)];
      }
      if (y.min !== undefined && y.min !== null) low = yAxis.to(y.min);
      else if (yAxis === STRAIGHT) low = Math.min(0, low);
      if (y.max !== undefined && y.max !== null) high = yAxis.to(y.max);
      else high += (yAxis === LOG ? Math.max(high - low, 0.3) : high - low || 1) * 0.08;
      if (yAxis === LOG && y.min === undefined) low -= Math.max(high - low, 0.3) * 0.05;
      return [low, high];
    }

    // All of it unless a part was chosen.
    const xRange = (u, low, high) =>
      (low === data[0][0] && high === data[0][data[0].length - 1] ? x.ends : [low, high]);

    function show(index) {
      if (index === null || index === undefined || data === null) { readout.textContent = ''; return; }
      const at = format(xAxis.from(data[0][index]), x.unit || '');
      const parts = series.map((one, i) => {
        const value = data[i + 1][index];
        return value === null || value === undefined ? null : one.name + ' ' + format(yAxis.from(value), one.unit);
      });
      const text = parts.filter((part) => part !== null).join(', ');
      readout.textContent = (x.word || 'at') + ' ' + at + ': ' + (text || 'no value');
    }

    function plotOptions() {
      const axis = { stroke: () => colour('muted'), grid: { stroke: () => colour('grid'), width: 1 },
        ticks: { stroke: () => colour('grid'), width: 1 }, font: '12px system-ui, sans-serif' };
      const xValues = (u, splits) => splits.map((v) => short(format(xAxis.from(v), x.unit || '')));
      const yValues = (u, splits) => splits.map((v) => short(format(yAxis.from(v), unit)));
      return {
        width: Math.max(place.clientWidth, 200),
        height: height(),
        padding: [8, 12, 0, 0],
        legend: { show: false },
        cursor: { y: false, drag: { x: true, y: false }, points: { size: 7 } },
        scales: { x: { time: false, ...(x.ends ? { range: xRange } : {}) }, y: { range } },
        axes: [
          { ...axis, values: xValues, size: 34, space: x.kind ? 40 : 70,
            ...(x.kind === 'log' ? { splits: logSplits } : x.kind === 'percentile' ? { splits: percentileSplits } : {}) },
          { ...axis, values: yValues, size: 74, space: 34, ...(y.log ? { splits: logSplits } : {}),
            ...(unit === 'KiB' ? { incrs: POWERS_OF_TWO } : {}) },
        ],
        series: [{}].concat(series.map((one) => ({
          label: one.name,
          stroke: () => colour(one.colour),
          width: one.kind === 'area' ? 1 : 1.75,
          dash: DASHES[one.dash] || [],
          fill: one.kind === 'area' ? () => colour(one.colour + '-fill') : undefined,
          points: { show: one.kind === 'points' ? false : undefined, size: 4 },
          spanGaps: one.gaps === false,
          paths: one.kind === 'points' ? () => null
            : one.kind === 'step' || one.kind === 'area' ? uPlot.paths.stepped({ align: 1 }) : undefined,
        }))),
        hooks: { drawClear: [shade], draw: [annotate], setCursor: [(u) => show(u.cursor.idx)] },
      };
    }

    function buildLegend() {
      legend.className = 'legend';
      series.forEach((one, index) => {
        const item = document.createElement('li');
        const button = document.createElement('button');
        button.type = 'button';
        button.setAttribute('aria-pressed', 'true');
        button.title = 'show or hide ' + one.name;
        button.append(swatch(one), one.name);
        button.addEventListener('click', () => {
          const isShown = button.getAttribute('aria-pressed') !== 'true';
          button.setAttribute('aria-pressed', String(isShown));
          if (plot) plot.setSeries(index + 1, { show: isShown });
        });
        item.append(button);
        legend.append(item);
      });
    }

    // ← and → move through the points, Home and End go to the ends, Escape leaves.
    function onKey(event) {
      if (!plot || !data) return;
      const last = data[0].length - 1;
      const now = plot.cursor.idx === null || plot.cursor.idx === undefined ? -1 : plot.cursor.idx;
      const next = { ArrowLeft: Math.max(now - 1, 0), ArrowRight: Math.min(now + 1, last), Home: 0, End: last }[event.key];
      if (event.key === 'Escape') { plot.setCursor({ left: -10, top: -10 }); return; }
      if (next === undefined) return;
      event.preventDefault();
      plot.setCursor({ left: plot.valToPos(data[0][next], 'x'), top: 10 });
    }

    function update(values, changes = {}) {
      ({ limits = limits, bands = bands, marks = marks } = changes);
      data = [stretched(values[0], xAxis), ...values.slice(1).map((ys) => stretched(ys, yAxis))];
      if (plot) { plot.setData(data); return; }
      plot = new uPlot(plotOptions(), data, place);
      figure.classList.add('drawn');
    }

    const observer = new ResizeObserver(() => {
      const width = place.clientWidth;
      if (plot && width > 0 && Math.abs(width - plot.width) > 1) plot.setSize({ width, height: height() });
    });

    const stillLegends = [...figure.querySelectorAll('.legend')];
    stillLegends.forEach((old) => old.remove());
    buildLegend();
    readout.className = 'readout';
    place.before(legend);
    place.after(readout);
    place.tabIndex = 0;
    place.setAttribute('role', 'group');
    place.setAttribute('aria-label', (options.title || 'chart') + '; the arrow keys read its values');
    place.addEventListener('keydown', onKey);
    observer.observe(place);

    const chart = {
      update,
      redraw: () => plot && plot.redraw(false, true),
      // The figure is again as it was before `build`.
      destroy() {
        observer.disconnect();
        all.delete(chart);
        if (plot) plot.destroy();
        place.removeEventListener('keydown', onKey);
        readout.remove();
        legend.before(...stillLegends);
        legend.remove();
        figure.classList.remove('drawn');
      },
    };
    all.add(chart);
    return chart;
  }

  function swatch(one) {
    const NS = 'http://www.w3.org/2000/svg';
    const svg = document.createElementNS(NS, 'svg');
    const stroke = document.createElementNS(NS, 'path');
    const shape = { cross: 'M8 1l8 8m0-8l-8 8', square: 'M8 1h8v8h-8z', dot: 'M9 5a3 3 0 1 0 6 0a3 3 0 1 0-6 0' };
    svg.setAttribute('viewBox', '0 0 24 10');
    svg.setAttribute('width', '24');
    svg.setAttribute('height', '10');
    svg.setAttribute('aria-hidden', 'true');
    stroke.setAttribute('d', one.kind === 'points' ? shape[one.shape || 'dot'] : 'M0 5h24');
    stroke.setAttribute('class', 'stroke-' + one.colour);
    stroke.setAttribute('fill', 'none');
    stroke.setAttribute('stroke-width', '2');
    stroke.setAttribute('stroke-dasharray', one.kind === 'points' ? '' : (DASHES[one.dash] || []).join(' '));
    svg.append(stroke);
    return svg;
  }

  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => all.forEach((chart) => chart.redraw()));

  return { build, format };
})();
