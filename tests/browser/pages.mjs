// Every kind of page, with the way to it: for the checks of every page and for
// the pictures of them.
import assert from 'node:assert/strict';
import { answer, readCourse, shown } from './course.mjs';
import { context, signIn } from './harness.mjs';
import { fill, press, where } from './parts.mjs';
import { roster, template } from './sheet.mjs';

const C2 = 'checking-our-data';

/** Sends a form from the page without showing the answer; returns where it led. */
async function post(page, base, path, form = {}) {
  const r = await page.evaluate(async ([to, fields]) => {
    const a = await fetch(to, { method: 'POST', body: new URLSearchParams(fields) });
    return { status: a.status, url: a.url };
  }, [base + path, form]);
  assert.ok(r.status < 400, `${path}: ${r.status}`);
  return r;
}

async function enrolled(page, base, slug = C2) {
  await post(page, base, `/sw/courses/${slug}/enrol`);
  await page.goto(`${base}/sw/courses/${slug}`);
  const link = await page.locator('main a[href^="/sw/learn/"]').first().getAttribute('href');
  return link.split('/')[3];
}

async function attempt(page, base, course, enrolment, quiz, right) {
  const r = await post(page, base, `/sw/learn/${enrolment}/quiz/${quiz}`);
  if (right === undefined) return new URL(r.url).pathname.split('/').pop();
  await page.goto(r.url);
  for (const s of await shown(page)) await answer(page, course.question(s), 'sw', right);
  await press(page, 'main button[value=submit]');
  return where(page).split('/').pop();
}

async function allLessons(page, base, course, enrolment) {
  const next = [...course.lessons.slice(1), course.lessons.at(-1)];
  for (const [i, done] of course.lessons.entries()) await post(page, base, `/sw/learn/${enrolment}/${next[i]}`, { done });
}

const first = async (page, selector) => (await page.locator(selector).first().getAttribute('href')).replace(/^\/(sw|en)/, '').replace(/\?.*$/, '');

/** Brings a demonstration to where every page has something to show; returns what the addresses need. */
export async function prepare(server, device) {
  const { base } = server;
  const course = await readCourse(C2);
  const roles = {};
  for (const role of ['learner', 'author', 'trainer', 'admin', 'national']) {
    roles[role] = await context(server, device);
    const page = await roles[role].newPage();
    await signIn(page, server, `${role}@demo.darasa`);
    roles[role].first = page;
  }
  const at = {};
  const learner = roles.learner.first, author = roles.author.first, trainer = roles.trainer.first, admin = roles.admin.first;
  at.enrolment = await enrolled(learner, base);
  await attempt(learner, base, course, at.enrolment, 'pre-test', true);
  for (const [i, done] of course.lessons.slice(0, 6).entries()) await post(learner, base, `/sw/learn/${at.enrolment}/${course.lessons[i + 1]}`, { done });
  at.failed = await attempt(learner, base, course, at.enrolment, 'post-test', false);
  at.open = await attempt(learner, base, course, at.enrolment, 'post-test');

  const whole = await enrolled(author, base);
  at.pre = await attempt(author, base, course, whole, 'pre-test', true);
  await allLessons(author, base, course, whole);
  at.passed = await attempt(author, base, course, whole, 'post-test', true);
  await author.goto(`${base}/sw/me`);
  at.certificate = await first(author, 'main a[href*="/certificates/"]');
  at.number = at.certificate.split('/').pop();

  await trainer.goto(`${base}/sw/runs?whose=all`);
  at.run = await first(trainer, 'main ul.rows h3 a');
  await trainer.goto(`${base}/sw${at.run}`);
  at.learner = await first(trainer, 'main a[href*="/enrolments/"]');
  await admin.goto(`${base}/sw/admin`);
  at.place = where(admin).startsWith('/sw/admin/') ? where(admin).slice(3) : await first(admin, 'main a[href*="/admin/"][href$="/people"]').then((h) => h.replace(/\/people$/, ''));
  await admin.goto(`${base}/sw${at.place}/people?rank=learner`);
  at.person = await first(admin, 'main a[href*="/people/"]:not([href$="/new"])');
  await admin.goto(`${base}/sw/facilities`);
  at.facility = await first(admin, 'main a[href*="/facilities/"]:not([href$="/import"])');

  at.code = await oneTimeCode(admin, base, at.person);
  roles.choosing = await context(server, device);
  const choosing = await roles.choosing.newPage();
  await signIn(choosing, server, at.code.login, { secret: at.code.code });
  assert.equal(where(choosing), '/sw/password');
  roles.stranger = await context(server, device);
  const sheet = roster(await template(trainer, base, 'sw'), [
    { surname: 'Mushi', first: 'Anna', phone: '0713 000 111', check: '0099811' },
    { surname: 'Mushi', first: '', phone: '071', check: '' },
  ]);
  return { at, roles, course, sheet };
}

/** Issues a one-time code and reads it off the printed card, as its owner would. */
export async function oneTimeCode(page, base, person) {
  await page.goto(`${base}/sw${person}`);
  await press(page, 'main form[action$="/code"] button');
  return {
    login: (await page.locator('.slip strong.num').innerText()).trim(),
    code: (await page.locator('.slip .code').innerText()).trim(),
  };
}

/** Every kind of page: who sees it, its address below the language, and what is done there to see it. */
export function kinds({ at, course, sheet }) {
  const lesson = (n) => `/learn/${at.enrolment}/${course.lessons[n]}`;
  const send = (selector, values = {}) => async (page) => { await fill(page, values); await press(page, selector); };
  const checkable = `/learn/${at.enrolment}/${course.questions.find((q) => q.use === 'check').lesson}`;
  return [
    ['home', 'stranger', '/'],
    ['catalogue', 'stranger', '/courses'],
    ['catalogue-filtered', 'stranger', '/courses?q=takwimu&hours=4'],
    ['catalogue-empty', 'stranger', '/courses?q=zzzz'],
    ['course', 'stranger', `/courses/${C2}`],
    ['sign-in', 'stranger', '/sign-in'],
    ['sign-in-refused', 'stranger', '/sign-in', send('main form button', { login: 'nobody@demo.darasa', password: 'not the password' })],
    ['register', 'stranger', '/register'],
    ['register-refused', 'stranger', '/register', send('main form button')],
    ['help', 'stranger', '/help'],
    ['about', 'stranger', '/about'],
    ['privacy', 'stranger', '/privacy'],
    ['verify', 'stranger', '/verify'],
    ['verify-valid', 'stranger', `/verify/${at.number}`],
    ['verify-unknown', 'stranger', '/verify/DRS-2026-AAAAAA'],
    ['missing', 'stranger', '/no-such-page'],
    ['password', 'choosing', '/password'],
    ['home-learner', 'learner', '/'],
    ['me', 'learner', '/me'],
    ['own-data', 'learner', '/me/data'],
    ['own-data-refused', 'learner', '/me/data', send('main form[action$="/me/data"] button', { first: '' })],
    ['course-begun', 'learner', `/courses/${C2}`],
    ['lesson', 'learner', lesson(1)],
    ['lesson-check', 'learner', checkable, async (page) => {
      await page.locator('form.check button').first().click();
      await page.locator('form.check .err').first().waitFor();
    }],
    ['lesson-drawing', 'learner', lesson(6)],
    ['lesson-last', 'learner', lesson(15)],
    ['quiz', 'learner', `/quiz/${at.open}`],
    ['quiz-blank', 'learner', `/quiz/${at.open}`, send('main button[value=submit]')],
    ['result-failed', 'learner', `/quiz/${at.failed}`],
    ['forbidden', 'learner', '/runs'],
    ['result-pre-test', 'author', `/quiz/${at.pre}`],
    ['result-passed', 'author', `/quiz/${at.passed}`],
    ['course-finished', 'author', `/courses/${C2}`],
    ['me-certificates', 'author', '/me'],
    ['certificate', 'author', at.certificate],
    ['runs', 'trainer', '/runs?whose=all'],
    ['runs-none', 'trainer', '/runs?state=closed'],
    ['run-new', 'trainer', '/runs/new'],
    ['run-new-refused', 'trainer', '/runs/new', send('main form .acts button')],
    ['run', 'trainer', at.run],
    ['run-help', 'trainer', `${at.run}?show=help`],
    ['run-edit', 'trainer', `${at.run}/edit`],
    ['run-copy', 'trainer', `${at.run}/copy`],
    ['run-close', 'trainer', `${at.run}/close`],
    ['attendance', 'trainer', `${at.run}/attendance`],
    ['register-sheet', 'trainer', `${at.run}/register`],
    ['add-learner', 'trainer', `${at.run}/add`],
    ['add-found', 'trainer', `${at.run}/add?q=asha`],
    ['announcements', 'trainer', `${at.run}/announcements`],
    ['cards-ask', 'trainer', `${at.run}/cards`],
    ['roster', 'trainer', `${at.run}/roster`],
    ['roster-preview', 'trainer', `${at.run}/roster`, async (page) => {
      await page.setInputFiles('main input[type=file]', { name: 'orodha.xlsx', mimeType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', buffer: sheet });
      await press(page, 'main form[enctype] button');
    }],
    ['learner', 'trainer', at.learner],
    ['admin', 'admin', at.place],
    ['people', 'admin', `${at.place}/people`],
    ['person-new', 'admin', `${at.place}/people/new`],
    ['person-new-refused', 'admin', `${at.place}/people/new`, send('main form .acts button')],
    ['person', 'admin', at.person],
    ['card', 'admin', at.person, send('main form[action$="/code"] button')],
    ['join-code', 'admin', `${at.place}/join`],
    ['settings', 'admin', `${at.place}/settings`],
    ['audit', 'admin', `${at.place}/audit`],
    ['courses-admin', 'admin', `${at.place}/courses`],
    ['course-admin', 'admin', `${at.place}/courses/${C2}`],
    ['course-import', 'admin', `${at.place}/courses/import`],
    ['course-import-refused', 'admin', `${at.place}/courses/import`, async (page) => {
      await page.setInputFiles('main input[type=file]', { name: 'kozi.zip', mimeType: 'application/zip', buffer: Buffer.from('no zip at all') });
      await press(page, 'main form[enctype] button');
    }],
    ['facilities', 'admin', '/facilities'],
    ['facility', 'admin', at.facility],
    ['facility-import', 'national', '/facilities/import'],
    ['institutions', 'national', '/institutions'],
    ['institution-new', 'national', '/institutions/new'],
    ['audit-all', 'national', '/national/audit'],
    ['courses-all', 'national', '/national/courses'],
    ['jobs', 'national', '/national/jobs'],
  ].map(([name, role, path, act]) => ({ name, role, path, act }));
}

/** Opens a kind of page in a language. */
export async function open(page, base, kind, lang) {
  const bare = kind.path.startsWith('/verify');
  await page.goto(bare ? `${base}${kind.path}?lang=${lang}` : `${base}/${lang}${kind.path}`);
  await kind.act?.(page);
}
