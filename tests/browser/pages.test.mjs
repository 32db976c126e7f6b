// What must hold on every kind of page: axe finds nothing in either language
// on a phone and a desktop, nothing is wider than the screen, also with text
// of twice the size and at 400 % zoom; the other language is the same page;
// nothing foreign is asked for and the browser has nothing to complain about.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { closeBrowser, context, desk, phone, serve, violations } from './harness.mjs';
import { kinds, open, prepare } from './pages.mjs';
import { clean } from './parts.mjs';

const small = { ...phone, isMobile: false };
const dark = ['home', 'sign-in-refused', 'home-learner', 'lesson', 'quiz-blank', 'result-failed', 'certificate', 'run', 'people'];

/** What is wider than the screen, by its selector, so that a failure names it. */
const wide = (page) => page.evaluate(() => {
  const root = document.documentElement;
  if (root.scrollWidth <= root.clientWidth) return [];
  const name = (e) => `${e.tagName.toLowerCase()}${e.id ? `#${e.id}` : ''}${[...e.classList].map((c) => `.${c}`).join('')}`;
  const out = [...document.querySelectorAll('body *')].filter((e) => e.getBoundingClientRect().right > root.clientWidth + 1 && !e.closest('.scroll'));
  return [`${root.scrollWidth} > ${root.clientWidth}`, ...out.slice(0, 5).map(name)];
});

async function narrow(page) {
  const found = [];
  const look = async (what) => { for (const w of await wide(page)) found.push(`${what}: ${w}`); };
  await page.setViewportSize({ width: 320, height: 256 }); // 1280 x 1024 at 400 %
  await look('zoom 400 %');
  await page.setViewportSize(small.viewport);
  await page.evaluate(() => { document.documentElement.style.fontSize = '200%'; });
  await look('text 200 %');
  await page.evaluate(() => { document.documentElement.style.fontSize = ''; });
  return found;
}

describe('every page', { concurrency: 3 }, () => {
  let server, state, list = [];
  before(async () => {
    server = await serve();
    state = await prepare(server, small);
    list = kinds(state);
  });
  after(async () => { await closeBrowser(); await server?.stop(); });

  for (const lang of ['sw', 'en']) {
    test(`is free of findings, ${lang}`, async () => {
      const wrong = [];
      for (const kind of list) {
        const page = await state.roles[kind.role].newPage();
        const note = (where, lines) => wrong.push(...lines.map((l) => `${kind.name} ${lang} ${where}: ${l}`));
        await page.setViewportSize(small.viewport);
        await open(page, server.base, kind, lang);
        assert.equal(await page.getAttribute('html', 'lang'), lang, kind.name);
        note('phone', await violations(page));
        note('narrow', await narrow(page));
        if (dark.includes(kind.name)) {
          await page.emulateMedia({ colorScheme: 'dark' });
          note('dark', await violations(page));
          await page.emulateMedia({ colorScheme: 'light' });
        }
        await page.setViewportSize(desk.viewport);
        note('desk', await violations(page));
        await page.close();
      }
      assert.deepEqual(wrong, []);
      for (const c of Object.values(state.roles)) clean(c);
    });
  }

  test('the other language is the same page', async () => {
    for (const kind of list.filter((k) => !k.act)) {
      const page = await state.roles[kind.role].newPage();
      await open(page, server.base, kind, 'sw');
      const [link, here] = [await page.locator('header a.lang').getAttribute('href'), new URL(page.url())];
      const there = new URL(link, here);
      if (kind.path.startsWith('/verify')) assert.equal(there.pathname, here.pathname, kind.name);
      else assert.equal(there.pathname + there.search, `/en${kind.path}`, kind.name);
      await page.goto(there.href);
      assert.equal(await page.getAttribute('html', 'lang'), 'en', kind.name);
      await page.close();
    }
  });
});

test('the first page, cold, costs under 30 kB on the wire', async (t) => {
  const server = await serve();
  try {
    const c = await context(server);
    const page = await c.newPage();
    const cdp = await c.newCDPSession(page);
    const asked = new Map();
    await cdp.send('Network.enable');
    await cdp.send('Network.setCacheDisabled', { cacheDisabled: false });
    cdp.on('Network.requestWillBeSent', (e) => asked.set(e.requestId, { url: e.request.url, bytes: 0 }));
    cdp.on('Network.loadingFinished', (e) => { asked.get(e.requestId).bytes = e.encodedDataLength; });
    await page.goto(`${server.base}/`, { waitUntil: 'networkidle' });
    const all = [...asked.values()];
    const total = all.reduce((n, r) => n + r.bytes, 0);
    for (const r of all) t.diagnostic(`${r.bytes} bytes ${new URL(r.url).pathname}`);
    t.diagnostic(`first page, cold: ${total} bytes on the wire in ${all.length} requests`);
    assert.ok(all.length >= 3 && all.every((r) => r.bytes > 0), 'every request was weighed');
    assert.ok(total < 30_000, `${total} bytes`);
    clean(c);
  } finally {
    await closeBrowser();
    await server.stop();
  }
});
