// A trainer's way: a run, a roster with three bad rows, attendance on a phone,
// an announcement, a further try, and the workbook with the learner's row in it.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { answer, readCourse, shown } from './course.mjs';
import { closeBrowser, context, desk, serve, signIn } from './harness.mjs';
import { clean, download, fill, press, upload, where, words } from './parts.mjs';
import { letterOf, read, roster, table, template } from './sheet.mjs';

const slug = 'immunization-data-for-action';
const good = [
  { first: 'Anna', middle: 'Peter', surname: 'Mushi', sex: 'F', check: '0099811', phone: '0713 000 111', hfr: '990101-8' },
  { first: 'Omari', surname: 'Kondo', sex: 'M', check: '0099812', phone: '0713 000 112', hfr: '990138-0' },
];
const bad = [
  { first: '', surname: 'Bila', check: '0099813' },
  { first: 'Hfr', surname: 'Mbaya', check: '0099814', hfr: '990101-7' },
  { first: 'Simu', surname: 'Fupi', check: '0099815', phone: '071' },
];
const day = (n) => new Date(Date.now() + n * 86_400_000).toISOString().slice(0, 10);

describe('a trainer', () => {
  let server, course, wide, page, run;
  before(async () => {
    [server, course] = await Promise.all([serve(), readCourse(slug)]);
    wide = await context(server, desk);
    page = await wide.newPage();
    await signIn(page, server, 'trainer@demo.darasa', { lang: 'en' });
  });
  after(async () => { await closeBrowser(); await server?.stop(); });

  test('makes a run', async () => {
    await press(page, 'header nav a[href="/en/runs"]');
    await press(page, '.board a.go');
    await fill(page, { course: slug, start: day(0), end: day(1) });
    await page.locator('main [name=mode]').first().check();
    await press(page, 'main form .acts button');
    assert.match(await page.title(), /^Error:/);
    assert.equal(await page.inputValue('[name=start]'), day(0), 'what was typed stays');
    const weekend = page.locator('main [name=weekend]');
    await weekend.check();
    await fill(page, { name: 'Korogwe, run 1', venue: 'Korogwe', facilitators: 'Juma Kileo' });
    await press(page, 'main form .acts button');
    run = where(page);
    assert.match(run, /^\/en\/runs\/[^/]+$/, await words(page));
    assert.notEqual(run, '/en/runs/new');
    assert.match(await words(page, '.board'), /Korogwe, run 1/);
  });

  test('uploads a roster with three bad rows, sees why, and takes the rest', async () => {
    const empty = await template(page, server.base, 'en');
    const sheet = roster(empty, [...good, ...bad]);
    await page.goto(`${server.base}${run}/roster`);
    await upload(page, 'roster.xlsx', sheet);
    const rows = await page.locator('main table tbody tr').allInnerTexts();
    assert.equal(rows.length, bad.length, rows.join('\n'));
    const about = { Bila: 'first', Mbaya: 'hfr', Fupi: 'phone' };
    for (const [i, b] of bad.entries()) {
      const row = rows.find((r) => r.includes(b.surname));
      assert.ok(row, `a verdict on ${b.surname}`);
      assert.match(row, new RegExp(`\\b${i + 2 + good.length}\\b`), 'with the row of the file');
      assert.ok(row.includes(`Column ${letterOf(empty, about[b.surname])}:`), `with the column: ${row}`);
    }
    assert.match(await words(page), /Nothing/i, 'nothing is written yet');
    const mend = await download(page, 'main a[href*="mend.xlsx"]');
    const kept = Object.values(read(mend.bytes))[0].flat().filter((c) => typeof c === 'string').join(' ');
    for (const b of bad) assert.ok(kept.includes(b.surname), `${b.surname} is among the rows to mend`);
    assert.ok(!kept.includes('Mushi'));
    await press(page, '.board form button.go');
    await press(page, '.board a.go');
    assert.equal(where(page), run);
    const names = await page.locator('main table tbody th').allInnerTexts();
    assert.deepEqual(names.map((n) => n.trim()).sort(), ['Anna Peter Mushi', 'Omari Kondo']);

    await page.goto(`${server.base}${run}/roster`);
    await upload(page, 'roster.xlsx', sheet);
    const counts = Object.fromEntries(await page.locator('main dl.kv > *').evaluateAll((all) => {
      const cells = all.flatMap((e) => (e.tagName === 'DIV' ? [...e.children] : [e])).map((e) => e.innerText.trim());
      return cells.flatMap((c, i) => (i % 2 ? [] : [[c, cells[i + 1]]]));
    }));
    assert.ok(Object.values(counts).includes(String(good.length)), `the same file changes nothing: ${JSON.stringify(counts)}`);
  });

  test('adds one learner, marks attendance on a phone, announces, grants a further try', async () => {
    await page.goto(`${server.base}${run}/add?q=Mwakyusa`);
    await press(page, 'main ul.rows form button');
    await page.goto(`${server.base}${run}`);
    assert.match(await words(page), /Asha Mwakyusa/);
    const learnerPage = await page.locator('main table a', { hasText: 'Asha Mwakyusa' }).getAttribute('href');

    const small = await context(server);
    const phone = await small.newPage();
    await signIn(phone, server, 'trainer@demo.darasa');
    await phone.goto(`${server.base}${run.replace('/en/', '/sw/')}/attendance`);
    const mine = phone.locator('ol.run-marks > li', { hasText: 'Asha Mwakyusa' });
    await mine.locator('input[value=A]').check();
    await press(phone, 'main button[name=all]');
    await phone.goto(`${server.base}${run.replace('/en/', '/sw/')}/attendance`);
    const marks = await phone.locator('ol.run-marks input:checked').evaluateAll((all) => all.map((e) => e.value));
    assert.deepEqual(marks.sort(), ['A', 'P', 'P'], 'one absent, the rest present');
    clean(small);
    await small.close();

    await page.goto(`${server.base}${run}/announcements`);
    await fill(page, { text: 'Bring the vaccine register <tomorrow>.', lang: 'en' });
    await press(page, 'main form button');
    await page.goto(server.base + learnerPage);
    await page.locator('main details', { has: page.locator('form[action$="/grant"]') }).locator('summary').click();
    const grant = page.locator('main form[action$="/grant"]');
    await press(page, grant.locator('button'));
    await page.locator('main [role=alert]').waitFor();
    await page.locator('main form[action$="/grant"] [name=reason]').fill('The power went during the test.');
    await press(page, page.locator('main form[action$="/grant"] button'));
    assert.match(await words(page), /The power went during the test\./);

    const c = await context(server);
    const learner = await c.newPage();
    await signIn(learner, server, 'learner@demo.darasa');
    assert.match(await words(learner), /Bring the vaccine register <tomorrow>\./, 'the learner reads the announcement');
    await learner.goto(`${server.base}/sw/courses/${slug}`);
    assert.match(await words(learner), new RegExp(`\\b${course.quiz('post-test').tries + 1}\\b`), 'one try more is left');
    await press(learner, '.board form button.go');
    for (const s of await shown(learner)) await answer(learner, course.question(s), 'sw', true);
    await press(learner, 'main button[value=submit]');
    clean(c);
    await c.close();
  });

  test('exports the workbook and finds the learners in it', async () => {
    await page.goto(server.base + run);
    const file = await download(page, '.board a.go');
    assert.match(file.name, /\.xlsx$/);
    const sheets = read(file.bytes);
    assert.equal(Object.keys(sheets).length, 5, Object.keys(sheets).join());
    const rows = table(Object.values(sheets)[0], 'Surname');
    assert.equal(rows.length, 3);
    const of = (surname) => rows.find((r) => r.Surname === surname);
    const anna = of('Mushi'), asha = of('Mwakyusa');
    const values = (r) => Object.values(r);
    for (const v of ['Anna', '0099811', '+255713000111', '990101-8']) assert.ok(values(anna).includes(v), `${v} among ${JSON.stringify(anna)}`);
    const pre = Object.keys(asha).filter((h) => /pre-test/i.test(h ?? ''));
    assert.ok(pre.some((h) => asha[h] === 1 || asha[h] === 100), `the pre-test of ${JSON.stringify(asha)}`);
    assert.ok(pre.every((h) => anna[h] === undefined || anna[h] === ''), 'what is missing is empty, never 0');

    const variant = async (name) => {
      await page.goto(server.base + run);
      await page.locator('main aside select[name=variant]').selectOption(name);
      const f = await download(page, 'main aside form button');
      return Object.values(read(f.bytes))[0];
    };
    const scores = table(await variant('trainsmart'), 'Score Label');
    assert.deepEqual(scores.map((r) => [r['Last Name'], r['Score Label'], r['Score Value']]), [['Mwakyusa', 'Pre-Test', 100]], 'one row a score');
    assert.deepEqual(table(await variant('hrhis'), 'Start Date').map((r) => r.Name).sort(), ['Anna Peter Mushi', 'Asha Mwakyusa', 'Omari Kondo']);
    clean(wide);
  });
});
