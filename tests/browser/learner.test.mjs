// A learner's whole way, as issue 2 shows it: a course in Swahili on a 360 px
// phone from the first page to a verified certificate; the same without any
// script; sign-in and a test by keyboard alone.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import jsQR from 'jsqr';
import { answer, filled, keyWords, readCourse, shown } from './course.mjs';
import { closeBrowser, context, password, serve, signIn } from './harness.mjs';
import { clean, fill, press, where, words } from './parts.mjs';

let server, course;

const kind = (slug) => course.question(slug).kind;
const answerAll = async (page, slugs, right) => { for (const s of slugs) await answer(page, course.question(s), 'sw', right); };

/** From the first page over the catalogue's filter to the course, signed in and enrolled. */
async function findAndJoin(page, login) {
  await page.goto(`${server.base}/`);
  assert.equal(await page.getAttribute('html', 'lang'), 'sw');
  await page.click('main details summary');
  await fill(page, { q: 'kukagua', hours: '3' });
  await press(page, 'main form[role=search] button');
  assert.equal(new URL(page.url()).searchParams.get('q'), 'kukagua');
  assert.deepEqual(await page.locator('main ol.rows h3').allInnerTexts(), [course.facts.title.sw]);
  await press(page, 'main ol.rows h3 a');
  assert.equal(where(page), '/sw/courses/checking-our-data');
  assert.match(await words(page, '.board'), /\d+\s*kB/, 'the course names its price in kB');
  await press(page, '.board a.go');
  await fill(page, { login, password });
  await press(page, 'main form button');
  assert.equal(where(page), '/sw/courses/checking-our-data', 'signing in leads back to the course');
  await press(page, '.board form button.go');
  assert.equal(where(page), '/sw/courses/checking-our-data');
}

/** The pre-test: saved and found again, then one blank that is asked about once. */
async function preTest(page) {
  await press(page, '.board form button.go');
  const address = page.url();
  assert.match(where(page), /^\/sw\/quiz\//);
  const all = await shown(page);
  assert.equal(all.length, course.quiz('pre-test').draw);
  await answerAll(page, all.slice(0, 4), true);
  await press(page, 'main button[value=save]');
  const kept = await filled(page, 'main form.read');
  await page.goto(address);
  assert.deepEqual(await filled(page, 'main form.read'), kept, 'saved answers are there again');
  assert.match(await words(page, '.score'), /4.*10/);

  const [blank, ...rest] = [...all].reverse();
  await answerAll(page, rest, true);
  const before = await filled(page, 'main form.read');
  await press(page, 'main button[value=submit]');
  assert.match(await page.title(), /^Kosa:/);
  assert.ok(await page.locator(`main .note.red[role=alert] a[href="#q.${blank}"]`).isVisible(), 'the blank question is named and linked');
  assert.deepEqual((await filled(page, 'main form.read')).filter(([n]) => n !== 'blank'), before, 'nothing typed is lost');
  await fill(page, { blank: true });
  await press(page, 'main button[value=submit]');
  assert.ok(await page.locator('.trail').isVisible(), 'asked once, then graded');
  assert.equal(await page.locator('main ol.rows').count(), 0, 'a pre-test says nothing of single answers: its questions come again');
}

/** A check answered wrongly, then rightly, with its feedback in its place. */
async function check(page, scripts) {
  const id = await page.locator('form.check').first().getAttribute('id');
  const q = course.question(id.replace('check-', ''));
  const form = page.locator(`form[id="${id}"]`);
  const ask = async (right) => {
    await answer(page, q, 'sw', right);
    if (scripts) await form.locator('button').click();
    else await press(page, form.locator('button'));
    await form.locator(right ? '.note.ok' : '.note.red').waitFor();
  };
  const at = where(page);
  await ask(false);
  assert.ok(!(await form.innerText()).includes(q.feedback.right.sw));
  if (scripts) assert.ok(await form.locator('[role=status]').evaluate((e) => e === document.activeElement), 'the feedback has the focus');
  await ask(true);
  assert.ok((await form.innerText()).includes(q.feedback.right.sw));
  assert.equal(where(page), at);
}

/** All lessons by the one button that finishes a lesson and opens the next. */
async function lessons(page, scripts) {
  await press(page, '.board a.go');
  let checked = 0;
  for (const [i, slug] of course.lessons.entries()) {
    assert.ok(where(page).endsWith(`/${slug}`), `lesson ${i + 1} is ${slug}, the page is ${where(page)}`);
    if (checked === 0 && await page.locator('form.check').count() > 0) { await check(page, scripts); checked++; }
    const sent = [];
    const note = (r) => { if (r.isNavigationRequest()) sent.push(r.method()); };
    page.on('request', note);
    await press(page, '.pager form button.go');
    page.off('request', note);
    if (i + 1 < course.lessons.length) assert.deepEqual(sent, ['POST'], 'one round trip finishes a lesson and shows the next');
  }
  assert.equal(checked, 1, 'a lesson has a check');
  assert.match(where(page), /^\/sw\/quiz\//, 'after the last lesson comes the post-test');
}

/** A failed try says what was wrong and gives no answer away. */
async function fail(page) {
  const all = await shown(page);
  await answerAll(page, all, false);
  await press(page, 'main button[value=submit]');
  await page.locator('main .note.red').first().waitFor();
  const rows = page.locator('main ol.rows > li');
  assert.equal(await rows.count(), all.length, 'every question is shown with what came of it');
  for (const [i, slug] of all.entries()) {
    const q = course.question(slug);
    const html = await rows.nth(i).innerHTML();
    assert.ok(html.includes(await escaped(page, q.stem.sw)), `row ${i + 1} is ${slug}`);
    for (const w of keyWords(q, 'sw')) assert.ok(!html.includes(await escaped(page, w)), `${slug} gives away "${w}"`);
    if (kind(slug) === 'numeric') assert.ok(!new RegExp(`<(li|strong)>\\s*${q.value}\\b`).test(html), `${slug} gives its value away`);
  }
  assert.ok(!(await page.content()).includes('Jibu sahihi'), 'no key is on the page');
}

const escaped = (page, text) => page.evaluate((t) => { const e = document.createElement('p'); e.textContent = t; return e.innerHTML; }, text);

async function pass(page) {
  await press(page, '.board form button.go');
  await answerAll(page, await shown(page), true);
  await press(page, 'main button[value=submit]');
  await page.locator('main .note.ok').first().waitFor();
  assert.match(await words(page, '.board h1'), /100/);
}

/** The certificate with a QR code that leads to the public check of its number. */
async function certificate(page, name) {
  await press(page, '.board a.go');
  assert.match(where(page), /^\/sw\/certificates\//);
  const text = await words(page, '.cert');
  for (const w of [name, course.facts.title.sw, course.facts.title.en]) assert.ok(text.includes(w), `the certificate says ${w}`);
  assert.ok(!/CPD/.test(text), 'no CPD points without an approval number');
  const drawn = await page.locator('.cert .qr svg').evaluate((svg) => {
    const size = svg.viewBox.baseVal.width, scale = 8;
    const c = document.createElement('canvas');
    c.width = c.height = size * scale;
    const g = c.getContext('2d');
    g.fillStyle = '#fff'; g.fillRect(0, 0, c.width, c.height);
    g.scale(scale, scale); g.fillStyle = '#000';
    g.fill(new Path2D(svg.querySelector('path').getAttribute('d')));
    return { side: c.width, data: [...g.getImageData(0, 0, c.width, c.height).data] };
  });
  const address = jsQR(Uint8ClampedArray.from(drawn.data), drawn.side, drawn.side)?.data;
  assert.ok(address?.startsWith(`${server.base}/verify/`), `the QR code says ${address}`);
  assert.ok(text.includes(address), 'the address stands beside the code');
  return address;
}

async function verify(address, options, name, initials) {
  const stranger = await context(server, options);
  const page = await stranger.newPage();
  await page.goto(address);
  const text = await words(page);
  assert.ok(text.includes(initials) && text.includes(course.facts.title.sw), text);
  assert.ok(!text.includes(name), 'a stranger sees initials only');
  await page.goto(`${server.base}/verify?number=DRS-0000-XXXX`);
  await page.locator('.note.red').waitFor();
  clean(stranger);
  await stranger.close();
}

/** What a script-free phone cannot do is not part of the way. */
async function journey({ login, name, initials, scripts }) {
  const c = await context(server, { javaScriptEnabled: scripts });
  const page = await c.newPage();
  await findAndJoin(page, login);
  await preTest(page);
  await lessons(page, scripts);
  await fail(page);
  await pass(page);
  const address = await certificate(page, name);
  await page.goto(`${server.base}/sw/me`);
  assert.ok((await words(page)).includes(address.split('/').pop()), 'the certificate is among one\'s own');
  clean(c);
  await c.close();
  await verify(address, { javaScriptEnabled: scripts }, name, initials);
}

/** Presses Tab until the focus is where it should be, and is seen to be there. */
async function tabTo(page, selector, most = 120) {
  for (let i = 0; i < most; i++) {
    await page.keyboard.press('Tab');
    const at = await page.evaluate((s) => {
      const e = document.activeElement, style = getComputedStyle(e);
      const box = e.closest('.opt, .ord') ?? e;
      const seen = [style, getComputedStyle(box)].some((x) => x.outlineStyle !== 'none' && parseFloat(x.outlineWidth) >= 2);
      return { fits: e.matches(s), seen, what: e.outerHTML.slice(0, 120) };
    }, selector);
    assert.ok(at.seen, `the focus cannot be seen on ${at.what}`);
    if (at.fits) return;
  }
  assert.fail(`Tab never reaches ${selector}`);
}

async function enter(page, selector) {
  await tabTo(page, selector);
  await Promise.all([page.waitForNavigation(), page.keyboard.press('Enter')]);
}

async function answerByKeyboard(page, slug) {
  const name = `q.${slug}`;
  switch (kind(slug)) {
    case 'numeric':
      await tabTo(page, `[name="${name}"]`);
      return page.keyboard.type('12,5');
    case 'ordering':
      for (let i = 1; i <= course.question(slug).items.length; i++) {
        await tabTo(page, `[name^="${name}."]`);
        await page.keyboard.type(String(i));
      }
      return undefined;
    default:
      await tabTo(page, `[name="${name}"]`);
      return page.keyboard.press('Space');
  }
}

describe('a learner', { concurrency: 3 }, () => {
  before(async () => { [server, course] = await Promise.all([serve(), readCourse('checking-our-data')]); });
  after(async () => { await closeBrowser(); await server?.stop(); });

  test('from the first page to a verified certificate, Swahili, 360 px', () =>
    journey({ login: 'learner@demo.darasa', name: 'Asha Mwakyusa', initials: 'A.M.', scripts: true }));

  test('the same without scripts', () =>
    journey({ login: 'author@demo.darasa', name: 'Neema Sanga', initials: 'N.S.', scripts: false }));

  test('sign-in and a test by keyboard alone', async () => {
    const c = await context(server, { isMobile: false, hasTouch: false });
    const page = await c.newPage();
    await page.goto(`${server.base}/en/sign-in`);
    await page.keyboard.press('Tab');
    assert.equal(await page.evaluate(() => document.activeElement.getAttribute('href')), '#m', 'the first stop skips to the matter');
    await page.keyboard.press('Enter');
    await tabTo(page, '[name=login]', 3);
    await page.keyboard.type('admin@demo.darasa');
    await tabTo(page, '[name=password]', 1);
    await page.keyboard.type(password);
    await Promise.all([page.waitForNavigation(), page.keyboard.press('Enter')]);
    assert.equal(where(page), '/en/');
    await page.goto(`${server.base}/en/courses/checking-our-data`);
    await enter(page, '.board button.go');
    await enter(page, '.board button.go');
    const all = await shown(page);
    for (const slug of all) await answerByKeyboard(page, slug);
    await enter(page, 'main button[value=submit]');
    assert.ok(await page.locator('.trail').isVisible());
    assert.match(await words(page, '.score'), new RegExp(`\\b${all.length}\\b`));
    clean(c);
    await c.close();
  });

  test('what is typed and not yet saved outlives a reload, and is not another person\'s', async () => {
    const c = await context(server);
    const page = await c.newPage();
    await signIn(page, server, 'trainer@demo.darasa');
    await page.goto(`${server.base}/sw/courses/checking-our-data`);
    await press(page, '.board form button.go');
    await press(page, '.board form button.go');
    const all = await shown(page);
    await answerAll(page, all.slice(0, 3), true);
    await page.locator('main form p.state').waitFor();
    const typed = await filled(page, 'main form.read');
    await page.reload();
    assert.deepEqual(await filled(page, 'main form.read'), typed);
    const keys = await page.evaluate(() => Object.keys(localStorage));
    assert.ok(keys.length > 0 && keys.every((k) => /^draft:[0-9a-f-]{36}\//.test(k)), `drafts are named by person: ${keys}`);
    clean(c);
    await c.close();
  });
});
