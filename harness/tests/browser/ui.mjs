// `--ui` in a browser: starts a test with other settings, changes its users while it runs, stops it, and runs it again.

import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { seriousFindings } from './browser.mjs';
import { openPage, startBrowser, startRun, until } from './perf_run.mjs';

const figure = (page, name) => page.evaluate((name) => {
  const title = [...document.querySelectorAll('#figures dt')].find((dt) => dt.textContent === name);
  return title ? Number(title.nextSibling.textContent.replaceAll(',', '')) : null;
}, name);

test('a person starts a test, changes its users, stops it and runs it again', async () => {
  const run = await startRun(['long::minute', '--ui=0']);
  const browser = await startBrowser();
  try {
    const page = await openPage(browser, run.link);
    await until('the page is ready', async () => (await page.textContent('#connection')) === 'ready');
    assert.equal(await page.inputValue('input[name=users]'), '2');
    assert.equal(await page.inputValue('input[name=duration]'), '60s');

    await page.fill('input[name=users]', 'many');
    await page.click('#start');
    await until('a mistake is named', async () => (await page.textContent('#notice')).includes('--users'));
    await page.fill('input[name=users]', '3');
    assert.match(await page.textContent('#command'), /--exact probe::long::minute --users 3$/);
    await page.click('#start');
    await until('three users', async () => (await figure(page, 'users')) === 3);
    await page.fill('#change-load', '9');
    await page.click('#change button');
    await until('nine users', async () => (await figure(page, 'users')) === 9);
    await page.click('#stop');
    await until('the outcome', async () => (await page.textContent('#verdict')).includes('explored'));
    assert.match(await page.textContent('#thresholds'), /[✓✗]/, 'thresholds are judged and shown');
    if (process.env.SCREENSHOTS) {
      mkdirSync(process.env.SCREENSHOTS, { recursive: true });
      await page.screenshot({ path: join(process.env.SCREENSHOTS, 'ui-explored.png'), fullPage: true });
    }

    assert.deepEqual(await seriousFindings(page), [], 'axe finds nothing serious');
    await until('the page is ready again', async () => (await page.textContent('#connection')) === 'ready');
    await page.click('#start');
    await until('it runs again', async () => (await page.textContent('#verdict')).includes('running'));
    await until('figures', async () => (await figure(page, 'sent')) > 0);
    await page.click('#stop');
    await until('the outcome', async () => (await page.textContent('#verdict')).includes('explored'));
    await until('the page is ready at last', async () => (await page.textContent('#connection')) === 'ready');
    assert.deepEqual(page.faults.filter((fault) => !fault.includes('409')), [], 'but for the mistake');

    run.child.kill('SIGINT');
    await until('the end', async () => (await page.textContent('#connection')).startsWith('ended: '));
    assert.equal(await run.ended, 0, run.printed);
    assert.match(run.printed, /1 explored/);
  } finally {
    await browser.close();
    run.child.kill('SIGINT');
    await run.ended;
  }
});
