// Starts a real server on a free port with a temporary folder, and a real
// chromium. Nothing here sleeps: it polls for what it waits for.
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import axe from 'axe-core';
import { chromium } from 'playwright-core';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
export const binary = process.env.DARASA_BIN || path.join(root, 'bin/darasa');
export const password = 'darasa-demo';

export function freePort() {
  return new Promise((resolve, reject) => {
    const s = createServer();
    s.on('error', reject);
    s.listen(0, '127.0.0.1', () => {
      const { port } = s.address();
      s.close(() => resolve(port));
    });
  });
}

/** Runs the program to its end and returns its exit code and output. */
export function command(args, { input = '' } = {}) {
  return new Promise((resolve, reject) => {
    const p = spawn(binary, args, { stdio: ['pipe', 'pipe', 'pipe'] });
    let out = '', err = '';
    p.stdout.on('data', (d) => (out += d));
    p.stderr.on('data', (d) => (err += d));
    p.on('error', reject);
    p.on('close', (code) => resolve({ code, out, err }));
    p.stdin.end(input);
  });
}

/** A running server. `demo` loads the shipped library and its accounts. */
export async function serve({ demo = true, args = [], data } = {}) {
  const port = await freePort();
  const folder = data ?? (await mkdtemp(path.join(tmpdir(), 'darasa-')));
  const base = `http://darasa.localhost:${port}`;
  const p = spawn(binary, ['serve', '--addr', `127.0.0.1:${port}`, '--url', base, '--data', folder, ...(demo ? ['--demo'] : []), ...args],
    { stdio: ['ignore', 'pipe', 'pipe'] });
  let log = '';
  p.stdout.on('data', (d) => (log += d));
  p.stderr.on('data', (d) => (log += d));
  const ended = new Promise((resolve) => p.on('close', resolve));
  const server = {
    base, port, folder, pid: p.pid, log: () => log,
    async stop({ keep = false, signal = 'SIGTERM' } = {}) {
      p.kill(signal);
      await ended;
      if (!keep) await rm(folder, { recursive: true, force: true });
    },
  };
  const until = Date.now() + 60_000;
  for (;;) {
    if (p.exitCode !== null) throw new Error(`the server ended:\n${log}`);
    try {
      const r = await fetch(`http://127.0.0.1:${port}/readyz`);
      if (r.ok) return server;
    } catch { /* not yet listening */ }
    if (Date.now() > until) throw new Error(`the server was not ready in a minute:\n${log}`);
    await new Promise((r) => setImmediate(r));
  }
}

let shared;
/** One browser for a test file, also when several ask at once; contexts keep tests apart. */
export function browser() {
  shared ??= chromium.launch({
    executablePath: process.env.CHROMIUM || '/usr/bin/chromium', headless: true,
    args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu', '--no-first-run', '--disable-background-networking',
      '--disable-component-update', '--disable-sync', '--disable-quic'],
  });
  return shared;
}
export async function closeBrowser() {
  const b = await shared;
  shared = undefined;
  await b?.close();
}

export const phone = { viewport: { width: 360, height: 740 }, deviceScaleFactor: 1, isMobile: true, hasTouch: true };
export const desk = { viewport: { width: 1280, height: 900 } };

/** A new context that fails the test on any console error, page error or foreign request. */
export async function context(server, options = {}) {
  const c = await (await browser()).newContext({ ...phone, acceptDownloads: true, reducedMotion: 'reduce', ...options });
  c.setDefaultTimeout(45_000); // two suites share two cores
  const faults = [];
  c.on('page', (page) => {
    page.on('pageerror', (e) => faults.push(`page error: ${e.message}`));
    page.on('console', (m) => { if (m.type() === 'error' && !/status of (4|5)\d\d/.test(m.text())) faults.push(`console: ${m.text()}`); });
    page.on('request', (r) => { if (!r.url().startsWith(server.base) && !r.url().startsWith('data:')) faults.push(`foreign request: ${r.url()}`); });
  });
  c.faults = faults;
  return c;
}

export async function signIn(page, server, login, { lang = 'sw', secret = password } = {}) {
  await page.goto(`${server.base}/${lang}/sign-in`);
  await page.fill('input[name=login]', login);
  await page.fill('input[name=password]', secret);
  await Promise.all([page.waitForNavigation(), page.click('main form button')]);
}

/** What axe finds wrong on the page, as short lines; wide content counts too. Our pages have no frames, so one run in the page is the whole. */
export async function violations(page) {
  if (!await page.evaluate(() => Boolean(globalThis.axe))) await page.evaluate(axe.source);
  const lines = await page.evaluate(async (tags) => {
    const found = await globalThis.axe.run(document, { runOnly: tags, resultTypes: ['violations'], preload: false, iframes: false });
    return found.violations.flatMap((v) => v.nodes.map((n) => `${v.id}: ${n.target.join(' ')} ${n.failureSummary?.split('\n')[1]?.trim() ?? ''}`));
  }, ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  if (wide > 0) lines.push(`the page is ${wide} px wider than the screen`);
  return lines;
}
