// Getting in and one's own data: a refused sign-in, an account by the
// institution's join code, a printed one-time code, a phone that two people
// share, and every right over what is kept.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { closeBrowser, context, desk, password, serve, signIn } from './harness.mjs';
import { oneTimeCode } from './pages.mjs';
import { clean, download, fill, press, where, words } from './parts.mjs';

const own = 'daraja-mvua-chungwa';

describe('an account', { concurrency: 2 }, () => {
  let server, admin, place;
  before(async () => {
    server = await serve();
    admin = await context(server, desk);
    const page = await admin.newPage();
    await signIn(page, server, 'admin@demo.darasa', { lang: 'en' });
    await press(page, 'header nav a[href="/en/admin"]');
    place = where(page).slice(3);
    await page.close();
  });
  after(async () => { await closeBrowser(); await server?.stop(); });

  /** Makes a person by the administrator's form; returns the address of their page. */
  async function person(facts) {
    const page = await admin.newPage();
    await page.goto(`${server.base}/en${place}/people/new`);
    await fill(page, facts);
    await press(page, 'main form .acts button');
    const at = where(page);
    assert.match(at, /\/people\/[^/]+$/, await words(page));
    assert.notEqual(at, `/en${place}/people/new`);
    await page.close();
    return at.slice(3);
  }

  async function codeOf(address) {
    const page = await admin.newPage();
    const card = await oneTimeCode(page, server.base, address);
    await page.close();
    return card;
  }

  test('a wrong password keeps what was typed and says what to do', async () => {
    const c = await context(server);
    const page = await c.newPage();
    await signIn(page, server, 'learner@demo.darasa', { secret: 'si hili' });
    assert.equal(where(page), '/sw/sign-in');
    assert.match(await page.title(), /^Kosa:/);
    assert.equal(await page.inputValue('[name=login]'), 'learner@demo.darasa');
    assert.equal(await page.inputValue('[name=password]'), '');
    assert.ok(!(await page.content()).includes('si hili'));
    await page.locator('main [role=alert]').waitFor();
    await fill(page, { password });
    await press(page, 'main form button');
    assert.equal(where(page), '/sw/');
    clean(c);
    await c.close();
  });

  test('is opened with the institution\'s join code', async () => {
    const office = await admin.newPage();
    await office.goto(`${server.base}/en${place}/join`);
    await press(office, 'main form button');
    const code = (await office.locator('.slip .code').innerText()).trim();
    await office.close();

    const c = await context(server);
    const page = await c.newPage();
    await page.goto(`${server.base}/sw/`);
    await press(page, '.board a[href="/sw/register"]');
    const facts = { first: 'Zawadi', surname: 'Ngonyani', sex: 'F', phone: '0755 100 200', password: own, repeat: own };
    await page.locator('[name=cadre]').selectOption({ index: 1 });
    await fill(page, { code: 'HAUPO', ...facts });
    await press(page, 'main form .acts button');
    assert.match(await page.title(), /^Kosa:/);
    for (const f of ['code', 'consent']) assert.ok(await page.locator(`[role=alert] a[href="#${f}"]`).isVisible(), `${f} is named`);
    for (const f of ['first', 'surname', 'phone']) assert.equal(await page.inputValue(`[name=${f}]`), facts[f], `${f} stays`);
    assert.equal(await page.inputValue('[name=password]'), '', 'a password is never put back');
    await fill(page, { code, consent: true, password: own, repeat: own });
    await press(page, 'main form .acts button');
    assert.equal(where(page), '/sw/', await words(page));
    await page.goto(`${server.base}/sw/me/data`);
    assert.equal(await page.inputValue('[name=surname]'), 'Ngonyani');
    clean(c);
    await c.close();
  });

  test('begins with a printed one-time code, which works once', async () => {
    const card = await codeOf(await person({ first: 'Pendo', surname: 'Lyimo', phone: '0755 100 300' }));
    const c = await context(server);
    const page = await c.newPage();
    await signIn(page, server, card.login, { secret: card.code });
    assert.equal(where(page), '/sw/password');
    await page.goto(`${server.base}/sw/me`);
    assert.equal(where(page), '/sw/password', 'nothing else before a password is chosen');
    await fill(page, { password: own, repeat: `${own}x` });
    await press(page, 'main form button');
    await page.locator('[role=alert] a[href="#repeat"]').waitFor();
    await fill(page, { password: own, repeat: own });
    await press(page, 'main form button');
    assert.equal(where(page), '/sw/');
    await press(page, 'header nav a[href="/sw/me"]');
    await press(page, 'main form[action="/sw/sign-out"] button');
    await signIn(page, server, card.login, { secret: card.code });
    assert.equal(where(page), '/sw/sign-in', 'the code is spent');
    await signIn(page, server, '0755100300', { secret: own });
    assert.equal(where(page), '/sw/');
    clean(c);
    await c.close();
  });

  test('a shared phone asks which name', async () => {
    const two = [await person({ first: 'Halima', surname: 'Juma', phone: '0755 100 400' }), await person({ first: 'Rajabu', surname: 'Salehe', phone: '0755 100 400' })];
    for (const address of two) {
      const card = await codeOf(address);
      const c = await context(server);
      const page = await c.newPage();
      await signIn(page, server, '0755 100 400', { secret: card.code });
      assert.equal(where(page), '/sw/password', 'a code fits one person only: no question');
      await fill(page, { password: own, repeat: own });
      await press(page, 'main form button');
      clean(c);
      await c.close();
    }
    for (const [name, surname] of [['Halima', 'Juma'], ['Rajabu', 'Salehe']]) {
      const c = await context(server);
      const page = await c.newPage();
      await signIn(page, server, '0755 100 400', { secret: own });
      const html = await page.content();
      assert.ok(!html.includes(own) && !html.includes(surname), 'the page holds neither the password nor whole names');
      assert.equal(await page.locator('main label.opt').count(), 2);
      await press(page, 'main form button');
      assert.match(await page.title(), /^Kosa:/, 'nobody is signed in without a choice');
      await page.locator('main label.opt', { hasText: name }).locator('input').check();
      await press(page, 'main form button');
      assert.match(await words(page, '.board'), new RegExp(name));
      clean(c);
      await c.close();
    }
  });

  test('one\'s own data: correct, take away, sign out elsewhere, language, erasure', async () => {
    const [here, there] = [await context(server, desk), await context(server)];
    const [page, other] = [await here.newPage(), await there.newPage()];
    await signIn(page, server, 'learner@demo.darasa');
    await signIn(other, server, 'learner@demo.darasa');
    await page.goto(`${server.base}/sw/me/data`);
    await fill(page, { middle: 'Neema', phone: '0712 999 888' });
    await press(page, 'main form[action="/sw/me/data"] button');
    await page.locator('main .note.ok[role=status]').waitFor();
    assert.equal(await page.inputValue('[name=phone]'), '+255712999888');
    const file = await download(page, 'main a[href$="/me/data/download"]');
    const data = JSON.parse(file.bytes.toString());
    assert.match(file.name, /^darasa-\d{4}-\d\d-\d\d\.json$/);
    assert.ok(JSON.stringify(data).includes('Mwakyusa') && !/argon2/.test(file.bytes.toString()));

    await press(page, page.locator('main form[action="/sw/me/sessions"] button').last());
    await other.goto(`${server.base}/sw/me`);
    assert.equal(where(other), '/sw/sign-in', 'the other device is signed out');

    await page.locator('main form[action="/sw/me/language"] select').selectOption('en');
    await press(page, 'main form[action="/sw/me/language"] button');
    assert.equal(where(page), '/en/me/data');

    await press(page, 'main form[action="/en/me/data/erase"] button');
    await page.locator('main [role=alert]').waitFor();
    await page.locator('main form[action="/en/me/data/erase"] [name=confirm]').check();
    await press(page, 'main form[action="/en/me/data/erase"] button');
    assert.match(await words(page), /You asked to be erased/);
    clean(here, there);
    await Promise.all([here.close(), there.close()]);
  });
});
