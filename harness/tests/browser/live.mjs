// The live page in a browser: figures rise during a run, survive a lost connection, and the page ends by itself.

import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { seriousFindings } from './browser.mjs';
import { openPage, startBrowser, startProxy, startRun, testsProcess, until } from './perf_run.mjs';

const SCREENSHOTS = process.env.SCREENSHOTS;
const shot = async (page, name) => {
  if (!SCREENSHOTS) return;
  mkdirSync(SCREENSHOTS, { recursive: true });
  await page.screenshot({ path: join(SCREENSHOTS, name + '.png'), fullPage: true });
};
const figure = (page, name) => page.evaluate((name) => {
  const title = [...document.querySelectorAll('#figures dt')].find((dt) => dt.textContent === name);
  return title ? Number(title.nextSibling.textContent.replaceAll(',', '')) : null;
}, name);
const points = (page) => page.evaluate(() => Number(document.documentElement.dataset.points || 0));
const connection = (page) => page.textContent('#connection');

test('figures rise during a run, survive a lost connection, and the page lives on after the end', async () => {
  const run = await startRun(['long::minute', 'good::health', '--duration', '12s', '--live=0']);
  const proxy = await startProxy();
  const browser = await startBrowser(proxy.options);
  try {
    const page = await openPage(browser, run.link);
    assert.equal(new URL(page.url()).hash, '', 'the token is out of the address bar');
    await until('the first figures', async () => (await figure(page, 'sent')) > 0 && (await points(page)) > 3);
    const [sent, drawn] = [await figure(page, 'sent'), await points(page)];
    await until('more figures', async () => (await figure(page, 'sent')) > sent && (await points(page)) > drawn);
    assert.match(await page.textContent('#time-left'), / left$/);
    await shot(page, 'live-running');

    const [beforeLoss, streams] = [await points(page), proxy.streams.length];
    proxy.cut();
    await until('another stream', async () => proxy.streams.length > streams);
    assert.ok(Number(proxy.streams.at(-1)['last-event-id']) > 3, 'the browser asks for what it missed');
    await until('more points after the loss', async () => (await points(page)) > beforeLoss);
    assert.equal(await connection(page), 'live');
    await page.reload();
    await until('all points again after a reload', async () => (await points(page)) > beforeLoss);

    await until('a verdict', async () => (await page.textContent('#tests')).includes('passed'));
    await until('the end', async () => (await connection(page)).startsWith('ended: '));
    assert.equal(await run.ended, 0, run.printed);
    assert.match(await connection(page), /2 passed/);
    await page.click('nav button:has-text("long::minute")');
    await until('the verdict of the first test', async () => (await page.textContent('#verdict')).includes('passed'));
    assert.ok((await points(page)) > beforeLoss, 'the page shows a test of a run that has ended');
    assert.ok((await page.textContent('#thresholds')).includes('✓'), 'thresholds are judged');
    await shot(page, 'live-ended');
    assert.deepEqual(await seriousFindings(page), [], 'axe finds nothing serious');
    // The connection that was cut is an error of the network.
    assert.deepEqual(page.faults.filter((fault) => !fault.includes('net::ERR_')), []);
  } finally {
    await browser.close();
    proxy.close();
    run.child.kill('SIGINT');
    await run.ended;
  }
});

test('a page whose run is killed says that the connection was lost', async () => {
  const run = await startRun(['long::minute', '--live=0']);
  const browser = await startBrowser();
  try {
    const page = await openPage(browser, run.link, { colorScheme: 'dark' });
    await until('the first figures', async () => (await figure(page, 'sent')) > 0);
    process.kill(testsProcess(run), 'SIGKILL');
    await until('the loss', async () => (await connection(page)).startsWith('connection lost at second'));
    assert.ok((await figure(page, 'sent')) > 0, 'what was shown stays');
    await shot(page, 'live-lost');
  } finally {
    await browser.close();
    await run.ended;
  }
});

test('a link without its token, and with a wrong one, says what to do', async () => {
  const run = await startRun(['long::minute', '--live=0']);
  const browser = await startBrowser();
  try {
    for (const link of [run.link.split('#')[0], run.link.slice(0, -4) + '0000']) {
      const page = await openPage(browser, link);
      await until('a sentence', async () => (await page.textContent('#notice')).includes('open the link that the run has printed'));
      assert.equal(await figure(page, 'sent'), null);
    }
  } finally {
    await browser.close();
    run.child.kill('SIGINT');
    await run.ended;
  }
});
