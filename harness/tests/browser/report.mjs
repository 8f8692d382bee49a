// The HTML report in Chromium: `node report.mjs FOLDER [SCREENSHOTS]`, where FOLDER holds what the example `html_pages` wrote.
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { drawAll, Hung, open, seriousFindings, within, withBrowser } from './browser.mjs';

const folder = resolve(process.argv[2] || 'pages');
const shots = resolve(process.argv[3] || join(folder, 'screenshots'));
mkdirSync(shots, { recursive: true });
const page = (name) => join(folder, `${name}.html`);
const pages = readdirSync(folder).filter((name) => name.endsWith('.html')).map((name) => name.slice(0, -5));

const checks = [];
const check = (what, run) => checks.push([what, run]);

for (const name of pages) {
  check(`${name}: every chart is drawn, nothing is complained of, nothing is loaded`, async (context) => {
    const { page: tab, seen } = await open(context, page(name));
    const { drawn, expected, figures } = await drawAll(tab);
    assert.ok(expected > 0, 'there are charts');
    assert.deepEqual([drawn, figures], [expected, expected]);
    // What is far away gives its canvas up, and gets it back.
    await tab.waitForFunction(() => document.querySelectorAll('canvas').length <= 30);
    await tab.locator('figure:not(.still)').first().scrollIntoViewIfNeeded();
    await tab.locator('figure.drawn canvas').first().waitFor();
    // Both are counted at one moment: while the page scrolls, charts are still drawn and given up.
    const { charts, canvases, readouts } = await tab.evaluate(() => ({
      charts: document.querySelectorAll('.drawn').length,
      canvases: document.querySelectorAll('.drawn canvas').length,
      readouts: document.querySelectorAll('figure:not(.drawn):not(.still) .readout').length,
    }));
    assert.deepEqual({ canvases, readouts }, { canvases: charts, readouts: 0 });
    assert.deepEqual(seen, { complaints: [], requests: [], dialogs: [] });
  });

  check(`${name}: axe finds nothing serious`, async (context) => {
    const { page: tab } = await open(context, page(name));
    await drawAll(tab);
    await tab.locator('details').first().evaluate((details) => { details.open = true; });
    // axe holds a page in memory several times, and the tests of a run look alike: twelve of them are enough.
    await tab.evaluate(() => [...document.querySelectorAll('section.test')].slice(12).forEach((section) => section.remove()));
    assert.deepEqual(await seriousFindings(tab), []);
  });
}

check('hostile: no name becomes an element or an attribute', async (context) => {
  const { page: tab } = await open(context, page('hostile'));
  const found = await tab.evaluate(() => ({
    foreign: document.querySelectorAll('img, iframe, object, embed, link, base, form, a[href^="javascript"]').length,
    scripts: document.scripts.length,
    handlers: [...document.querySelectorAll('*')].filter((element) => [...element.attributes].some(({ name }) => name.startsWith('on'))).length,
    isShown: document.body.textContent.includes('</script></title>'),
  }));
  assert.deepEqual(found, { foreign: 0, scripts: 2, handlers: 0, isShown: true });
});

check('everything: the policy stops a script that a page would hold', async (context) => {
  const { page: tab, seen } = await open(context, page('everything'));
  const ran = await tab.evaluate(async () => {
    const script = document.createElement('script');
    script.textContent = 'window.ran = true';
    document.body.append(script);
    const picture = document.createElement('img');
    picture.src = 'http://127.0.0.1:9/x.png';
    document.body.append(picture);
    await new Promise((done) => setTimeout(done, 100));
    return window.ran === true;
  });
  assert.equal(ran, false);
  assert.equal(seen.complaints.filter((text) => text.includes('Content Security Policy')).length, 2, seen.complaints.join('\n'));
});

check('everything: the keyboard sorts, filters and reads a chart', async (context) => {
  const { page: tab } = await open(context, page('endpoints'));
  const first = () => tab.locator('.sortable tbody th').first().textContent();
  await tab.locator('.sortable thead button').first().press('Enter');
  assert.equal(await first(), 'GET /catalogue/items/0');
  await tab.locator('.sortable thead button').first().press('Enter');
  assert.equal(await first(), 'GET /catalogue/items/9999');
  await tab.locator('.tools input').fill('items/123');
  await tab.waitForFunction(() => document.querySelector('.sortable tbody').rows.length === 11);
  await tab.locator('.tools input').fill('');
  await tab.waitForFunction(() => document.querySelector('.sortable tbody').rows.length === 200);
  await tab.locator('.tools button').click();
  assert.equal(await tab.locator('.sortable tbody tr').count(), 1_200);
  const chart = tab.locator('#t1-rate .chart');
  await chart.scrollIntoViewIfNeeded();
  await tab.locator('#t1-rate.drawn').waitFor();
  await chart.press('Home');
  await chart.press('ArrowRight');
  const read = await tab.locator('#t1-rate output').textContent();
  assert.match(read, /^time .* s: ok [\d,]+\/s, not ok 0\/s$/);
});

check('minute: a table in full, by the script', async (context) => {
  const { page: tab } = await open(context, page('minute'));
  const rows = tab.locator('#t1-times tbody tr');
  assert.equal(await rows.count(), 8);
  assert.equal(await tab.locator('.tools').isVisible(), false, 'ten endpoints need no filter');
  await tab.locator('#t1-times summary').click();
  await tab.waitForFunction(() => document.querySelector('#t1-times tbody').rows.length === 61);
});

// Loaded, with the charts and tables that are in sight: the page says when its script has run.
for (const [name, most_bytes, longest_ms] of [['minute', 200_000, 2_000], ['hour', 2_000_000, 2_000], ['endpoints', Infinity, 2_000]]) {
  check(`${name}: small enough, and open in time`, async (context) => {
    const { size } = statSync(page(name));
    assert.ok(size <= most_bytes, `${size} bytes`);
    const { page: tab, openedIn } = await open(context, page(name));
    await tab.waitForFunction(() => document.documentElement.dataset.ready === 'yes');
    console.log(`  ${name}: ${size} bytes, open in ${Math.round(openedIn)} ms`);
    assert.ok(openedIn <= longest_ms, `${Math.round(openedIn)} ms`);
  });
}

const still = [];
for (const name of pages) {
  still.push([`${name}: without scripts there are verdicts, tables and drawings`, async (context) => {
    const { page: tab, seen } = await open(context, page(name));
    const text = await tab.locator('body').innerText();
    assert.match(await tab.locator('h1').innerText(), /passed|failed|errored|invalid|ignored|interrupted/);
    const figures = await tab.locator('figure').count();
    assert.ok(figures > 0);
    assert.equal(await tab.locator('figure .chart > svg').count(), figures);
    assert.equal(await tab.locator('canvas').count(), 0);
    assert.match(text, /intended = /);
    assert.deepEqual([seen.requests, seen.dialogs], [[], []]);
  }]);
}

/** Far longer than any check takes, on a busy machine, too. */
const CHECK_LIMIT_S = 120;

/** The error of a check, or `null` if it passed. */
async function failure(context, body) {
  try {
    await within(CHECK_LIMIT_S, (async () => {
      for (const tab of context.pages().slice(1)) await tab.close();
      await body(context);
    })());
    return null;
  } catch (error) {
    return error;
  }
}

/** Runs checks, and returns how many failed. If the browser hangs, the check is repeated in another one, once. */
async function run(list, options) {
  const repeated = new Set();
  let [left, failures] = [list, 0];
  const runUntilHung = async (context) => {
    while (left.length > 0) {
      const [what, body] = left[0];
      const error = await failure(context, body);
      if (error instanceof Hung && !repeated.has(what)) {
        repeated.add(what);
        console.log(`${what}: ${error.message}; once more in another browser`);
        return;
      }
      left = left.slice(1);
      console.log(error ? `FAIL ${what}\n${error.message}` : `ok   ${what}`);
      if (error) failures += 1;
      if (error instanceof Hung) return;
    }
  };
  while (left.length > 0) await withBrowser(options, runUntilHung);
  return failures;
}

/** Pictures for people; no check. In a window as high as a whole page, every chart would be drawn, which can take minutes. */
async function screenshots(colorScheme) {
  await withBrowser({ colorScheme, viewport: { width: 1280, height: 2_400 } }, async (context) => {
    for (const name of pages) {
      const { page: tab } = await open(context, page(name));
      await tab.locator('figure:not(.still)').first().scrollIntoViewIfNeeded();
      await tab.locator('figure.drawn').first().waitFor();
      const path = join(shots, `${name}-${colorScheme}.png`);
      await tab.screenshot({ path }).catch((error) => console.log(`no picture of ${name}: ${error.message}`));
      await tab.close();
    }
  });
}

let failures = await run(checks, { colorScheme: 'light' });
failures += await run(checks.filter(([what]) => what.includes('axe')), { colorScheme: 'dark' });
failures += await run(still, { javaScriptEnabled: false });
await screenshots('light');
await screenshots('dark');
console.log(failures === 0 ? 'all passed' : `${failures} failed`);
process.exit(failures === 0 ? 0 : 1);
