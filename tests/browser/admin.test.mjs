// Administration: people and their roles, the join code, the facility registry,
// a course folder as a zip, with everything that is wrong named at once.
import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { strToU8, zipSync } from 'fflate';
import { closeBrowser, context, desk, root, serve, signIn } from './harness.mjs';
import { clean, fill, press, upload, where, words } from './parts.mjs';

async function folder(dir) {
  const files = {};
  for (const e of await readdir(dir, { recursive: true, withFileTypes: true })) {
    const p = path.join(e.parentPath ?? e.path, e.name);
    if (e.isFile()) files[path.relative(dir, p)] = new Uint8Array(await readFile(p));
  }
  return files;
}

describe('an administrator', { concurrency: 2 }, () => {
  let server, office, place;
  before(async () => {
    server = await serve();
    office = await context(server, desk);
    const page = await office.newPage();
    await signIn(page, server, 'admin@demo.darasa', { lang: 'en' });
    await press(page, 'header nav a[href="/en/admin"]');
    place = where(page);
    await page.close();
  });
  after(async () => { await closeBrowser(); await server?.stop(); });

  test('finds people and gives a role', async () => {
    const c = await context(server);
    const learner = await c.newPage();
    await signIn(learner, server, 'learner@demo.darasa');
    assert.equal(await learner.locator('header nav a[href="/sw/runs"]').count(), 0);
    const page = await office.newPage();
    await page.goto(`${server.base}${place}/people`);
    await fill(page, { q: 'Mwakyusa' });
    await press(page, 'main form[role=search] button');
    const people = page.locator('main table tbody th a');
    assert.deepEqual(await people.allInnerTexts(), ['Asha Mwakyusa']);
    await press(page, people);
    await page.locator('main input[name=role][value=trainer]').check();
    await press(page, page.locator('main form', { has: page.locator('input[name=role]') }).locator('button'));
    await page.locator('main .note.ok').waitFor();
    assert.ok(await page.locator('main input[name=role][value=trainer]').isChecked());
    await learner.reload();
    assert.equal(await learner.locator('header nav a[href="/sw/runs"]').count(), 1, 'the role holds at once');
    for (const r of await page.locator('main input[name=role]').all()) await r.setChecked(false);
    await press(page, page.locator('main form', { has: page.locator('input[name=role]') }).locator('button'));
    assert.match(await page.title(), /^Error:/);
    await page.goto(`${server.base}${place}/audit`);
    assert.match(await words(page), /Asha Mwakyusa|role/i);
    clean(c);
    await Promise.all([c.close(), page.close()]);
  });

  test('makes, renews and disables the join code', async () => {
    const page = await office.newPage();
    await page.goto(`${server.base}${place}/join`);
    const seen = [];
    for (let i = 0; i < 2; i++) {
      await press(page, page.locator('main form', { has: page.locator('input[value=renew]') }).locator('button'));
      seen.push((await page.locator('.slip .code').innerText()).trim());
    }
    assert.notEqual(seen[0], seen[1]);
    const c = await context(server);
    const stranger = await c.newPage();
    const refused = async (code) => {
      await stranger.goto(`${server.base}/en/register`);
      await fill(stranger, { code });
      await press(stranger, 'main form .acts button');
      return stranger.locator('[role=alert] a[href="#code"]').count();
    };
    assert.equal(await refused(seen[0]), 1, 'the old code is refused');
    assert.equal(await refused(seen[1]), 0, 'the new code is taken');
    await press(page, page.locator('main form', { has: page.locator('input[value=disable]') }).locator('button'));
    assert.equal(await page.locator('.slip .code').count(), 0);
    assert.equal(await refused(seen[1]), 1, 'a disabled code is refused');
    clean(c);
    await Promise.all([c.close(), page.close()]);
  });

  test('a national administrator imports facilities after a look', async () => {
    const c = await context(server, desk);
    const page = await c.newPage();
    await signIn(page, server, 'national@demo.darasa', { lang: 'en' });
    const csv = (await readFile(path.join(root, 'content/institutions/facilities.csv'), 'utf8')).trimEnd().split('\n');
    const renamed = csv[1].replace('Mwembeni Dispensary', 'Mwembeni Mpya Dispensary');
    assert.notEqual(renamed, csv[1]);
    const wrong = csv[2].replace(/^[^,]+/, '990138-9');
    await page.goto(`${server.base}/en/facilities/import`);
    await upload(page, 'registry.csv', `${[csv[0], renamed, wrong].join('\n')}\n`, 'text/csv');
    assert.match(await words(page), /row 3, column Facility Number/, 'the row with a wrong check digit is named');
    const code = csv[1].split(',')[0];
    const other = await c.newPage();
    await other.goto(`${server.base}/en/facilities/${code}`);
    assert.ok(!(await words(other)).includes('Mpya'), 'nothing is written by a look');
    await press(page, page.locator('main form', { has: page.locator('input[name=confirm]') }).locator('button'));
    await other.reload();
    assert.ok((await words(other)).includes('Mwembeni Mpya Dispensary'));
    clean(c);
    await c.close();
  });

  test('imports a course folder as a zip: findings first, then a new edition', async () => {
    const files = await folder(path.join(root, 'content/courses/monthly-data-meeting'));
    const zip = (f) => zipSync(Object.fromEntries(Object.entries(f).map(([k, v]) => [`monthly-data-meeting/${k}`, v])), { level: 1 });
    const page = await office.newPage();
    const bad = { ...files };
    const lesson = Object.keys(bad).find((k) => k.startsWith('en/') && k.endsWith('.md'));
    delete bad[lesson];
    bad['course.yaml'] = strToU8(`${new TextDecoder().decode(bad['course.yaml'])}\nnonsense: 1\n`);
    await page.goto(`${server.base}${place}/courses/import`);
    await upload(page, 'course.zip', zip(bad), 'application/zip');
    const text = await words(page);
    assert.ok(text.includes(lesson), `${lesson} is named: ${text}`);
    assert.match(text, /course\.yaml/, 'with the other mistake in the same answer');
    assert.match(text, /nonsense/);

    const yaml = new TextDecoder().decode(files['course.yaml']).replace(/en: "([^"]+)"/, 'en: "$1, revised"');
    await page.goto(`${server.base}${place}/courses/import`);
    await upload(page, 'course.zip', zip({ ...files, 'course.yaml': strToU8(yaml) }), 'application/zip');
    assert.match(await words(page), /2/, 'edition 2 is published');
    await page.goto(`${server.base}/en/courses/monthly-data-meeting`);
    assert.match(await words(page, '.board'), /, revised/);
    clean(office);
    await page.close();
  });
});
