// Starts the perf binary of the end-to-end tests in a temporary workspace, and a browser that watches it.

import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request as connectTo } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { chromium } from 'playwright-core';

const HARNESS = resolve(import.meta.dirname, '../..');

/** The test binary, from PERF_BINARY or built by cargo. */
function perfBinary() {
  if (process.env.PERF_BINARY) return resolve(process.env.PERF_BINARY);
  const build = ['end_to_end', '--profile', 'dev', '--package', 'proofload-end-to-end'];
  const script = resolve(HARNESS, '../scripts/test-binary');
  return execFileSync(script, build, { cwd: HARNESS, stdio: ['ignore', 'pipe', 'inherit'] }).toString().trim();
}

const BINARY = perfBinary();

/** A run of the probe with a page; `link` is what it printed, `ended` its exit code. */
export async function startRun(args) {
  const folder = mkdtempSync(join(tmpdir(), 'proofload-page-'));
  writeFileSync(join(folder, 'Cargo.toml'), '[workspace]\n');
  writeFileSync(join(folder, 'own-lock'), '');
  const env = { ...process.env, PROBE: '1', TRACE: join(folder, 'trace'), CARGO_MANIFEST_DIR: folder,
    PROOFLOAD_OUTPUT_DIR: 'target/proofload', PROOFLOAD_INTERNAL_LOCK: join(folder, 'own-lock') };
  const child = spawn(BINARY, args, { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const run = { child, folder, printed: '' };
  run.ended = new Promise((resolve) => child.on('close', (code) => { rmSync(folder, { recursive: true, force: true }); resolve(code); }));
  child.stdout.on('data', (data) => { run.printed += data; });
  run.link = await new Promise((resolve, reject) => {
    child.stderr.on('data', (data) => {
      run.printed += data;
      const link = run.printed.match(/live page: (\S+)/);
      if (link) resolve(link[1]);
    });
    child.on('close', () => reject(new Error('the run has ended without a link:\n' + run.printed)));
  });
  return run;
}

/** A page whose errors and requests to elsewhere are kept in `page.faults`. */
export async function openPage(browser, link, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1200, height: 1000 }, ...options });
  const page = await context.newPage();
  page.faults = [];
  page.on('pageerror', (error) => page.faults.push('error: ' + error.message));
  page.on('console', (message) => message.type() === 'error' && page.faults.push('console: ' + message.text()));
  page.on('request', (request) => { if (!request.url().startsWith(new URL(link).origin)) page.faults.push('request: ' + request.url()); });
  await page.goto(link);
  return page;
}

export async function startBrowser(options = {}) {
  return chromium.launch({ executablePath: process.env.CHROMIUM || '/usr/bin/chromium', args: ['--no-sandbox'], ...options });
}

/** A proxy for a browser, whose connections can be cut; `streams` are the headers of each request for events. */
export async function startProxy() {
  const [sockets, streams] = [new Set(), []];
  const server = createServer((request, response) => {
    const { hostname, port, pathname, search } = new URL(request.url);
    const { 'proxy-connection': _, ...headers } = request.headers;
    if (pathname === '/events') streams.push(headers);
    const onward = connectTo({ hostname, port, path: pathname + search, method: request.method, headers }, (answer) => {
      response.writeHead(answer.statusCode, answer.headers);
      response.flushHeaders();
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    response.on('close', () => onward.destroy());
    request.pipe(onward);
  });
  server.on('connection', (socket) => { sockets.add(socket); socket.on('close', () => sockets.delete(socket)); });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    streams,
    options: { proxy: { server: 'http://127.0.0.1:' + server.address().port, bypass: '<-loopback>' } },
    cut: () => sockets.forEach((socket) => socket.destroy()),
    close: () => { sockets.forEach((socket) => socket.destroy()); server.close(); },
  };
}

/** The process that runs the tests; the one that was started only watches over it. */
export function testsProcess(run) {
  const children = readFileSync(`/proc/${run.child.pid}/task/${run.child.pid}/children`, 'utf8').trim().split(' ');
  return Number(children.find((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')[2] === 'tests'));
}

/** Waits until `what` holds; it is asked again and again. */
export async function until(what, ask, limit = 30_000) {
  const end = Date.now() + limit;
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    if (Date.now() > end) throw new Error('waited in vain: ' + what);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
