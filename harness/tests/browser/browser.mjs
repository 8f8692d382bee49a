// One Chromium for the tests, and what they ask of a page.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';

export const CHROMIUM = process.env.CHROMIUM || '/usr/bin/chromium';
const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

const ARGUMENTS = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync', '--disable-dev-shm-usage'];

/** A browser that hangs answers nothing and ends no promise. */
export class Hung extends Error {}

/** What `promise` resolves to, or `Hung` after so many seconds. */
export async function within(limit_s, promise) {
  let timer;
  const limit = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Hung(`the browser has not answered for ${limit_s} s`)), limit_s * 1_000);
  });
  try {
    return await Promise.race([promise, limit]);
  } finally {
    clearTimeout(timer);
  }
}

/** Runs `use(context)` in a Chromium with an empty profile. */
export async function withBrowser(options, use) {
  const profile = mkdtempSync(join(tmpdir(), 'proofload-chromium-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: CHROMIUM, args: ARGUMENTS, viewport: { width: 1280, height: 900 }, ...options,
  });
  try {
    return await use(context);
  } finally {
    await within(60, context.close()).catch((error) => console.log(`closing the browser: ${error.message}`));
    rmSync(profile, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** Opens a file and notes what it asked for, what it complained of, and whether a script of a name ran. */
export async function open(context, file) {
  const page = await context.newPage();
  const seen = { complaints: [], requests: [], dialogs: [] };
  const url = pathToFileURL(file).href;
  page.on('console', (message) => ['error', 'warning'].includes(message.type()) && seen.complaints.push(message.text()));
  page.on('pageerror', (error) => seen.complaints.push(String(error)));
  page.on('dialog', (dialog) => { seen.dialogs.push(dialog.message()); dialog.dismiss(); });
  page.on('request', (request) => request.url() !== url && seen.requests.push(request.url()));
  const began = performance.now();
  await page.goto(url, { waitUntil: 'load' });
  return { page, seen, openedIn: performance.now() - began };
}

/** Scrolls through the page, so that every chart is drawn; returns how many were and how many there are. */
export async function drawAll(page) {
  return page.evaluate(async () => {
    const state = document.documentElement.dataset;
    for (const figure of document.querySelectorAll('figure')) {
      figure.scrollIntoView();
      // A browser that believes that its window is hidden draws no frame at all.
      await new Promise((done) => { requestAnimationFrame(() => setTimeout(done)); setTimeout(done, 500); });
    }
    for (let turn = 0; state.charts !== state.expected && turn < 100; turn += 1) await new Promise((done) => setTimeout(done, 20));
    scrollTo(0, 0);
    return { drawn: Number(state.charts), expected: Number(state.expected), figures: document.querySelectorAll('figure:not(.still)').length };
  });
}

/** What axe-core finds serious or critical on a page. */
export async function seriousFindings(page) {
  // The policy of the page does not let a script of a test in by way of an element.
  await page.evaluate(readFileSync(AXE, 'utf8'));
  const { violations } = await page.evaluate(() => axe.run(document, { resultTypes: ['violations'] }));
  const serious = violations.filter(({ impact }) => ['serious', 'critical'].includes(impact));
  return serious.map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map((node) => node.html.slice(0, 160)).join(' | ')}`);
}
