// Reads a shipped course's own files, so that a test knows the right answers
// without asking the product for them, and answers questions as a person does.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parse } from 'yaml';
import { root } from './harness.mjs';

/** The facts and questions of a shipped course. */
export async function readCourse(slug) {
  const folder = path.join(root, 'content/courses', slug);
  const facts = parse(await readFile(path.join(folder, 'course.yaml'), 'utf8'));
  const questions = parse(await readFile(path.join(folder, 'questions.yaml'), 'utf8'));
  return {
    facts, questions,
    lessons: facts.modules.flatMap((m) => m.lessons),
    quiz: (kind) => facts.quizzes.find((q) => q.kind === kind),
    question(name) {
      const q = questions.find((x) => x.slug === name);
      assert.ok(q, `the page shows a question ${name} that the course does not have`);
      return q;
    },
  };
}

const slugOf = (id) => id.slice(2); // "q.<slug>"

/** The slugs of the questions on the page, in the order shown. */
export async function shown(page, within = 'main') {
  return (await page.locator(`${within} fieldset.q`).evaluateAll((all) => all.map((e) => e.id))).map(slugOf);
}

const field = (page, slug) => page.locator(`fieldset.q[id="q.${slug}"]`);

async function tick(box, text) {
  const labels = box.locator('label.opt');
  const words = (await labels.locator('span').allInnerTexts()).map((t) => t.trim());
  const i = words.indexOf(text.trim());
  assert.ok(i >= 0, `no option "${text}" among ${JSON.stringify(words)}`);
  await labels.nth(i).locator('input').check();
}

async function untickAll(box) {
  for (const i of await box.locator('input[type=checkbox]').all()) await i.setChecked(false);
}

/** Answers one question rightly or wrongly, with the page's own controls. */
export async function answer(page, q, lang, right) {
  const box = field(page, q.slug);
  switch (q.kind) {
    case 'truefalse':
      return box.locator(`input[value=${right ? q.answer : !q.answer}]`).check();
    case 'numeric':
      return box.locator('input').fill(String(right ? q.value : q.value + 1000));
    case 'ordering': {
      const order = q.items.map((i) => i[lang]);
      if (!right) order.reverse();
      const rows = box.locator('label.ord');
      const words = (await rows.locator('span').allInnerTexts()).map((t) => t.trim());
      for (const [i, w] of words.entries()) await rows.nth(i).locator('select').selectOption(String(order.indexOf(w) + 1));
      return undefined;
    }
    case 'multiple':
      await untickAll(box);
      for (const o of q.options) if (right ? o.right : !o.right) await tick(box, o.text[lang]);
      return undefined;
    default:
      return tick(box, q.options.find((o) => Boolean(o.right) === right).text[lang]);
  }
}

/** The words that would give the answer of q away on a page. */
export function keyWords(q, lang) {
  const words = [];
  if (q.feedback?.right) words.push(q.feedback.right[lang]);
  for (const o of q.options ?? []) if (o.right) words.push(o.text[lang]);
  return words;
}

/** What a person would have to fill in again: every control and its value. */
export function filled(page, selector = 'main form') {
  return page.locator(selector).first().evaluate((f) => [...f.elements]
    .filter((e) => e.name && e.type !== 'hidden' && e.tagName !== 'BUTTON')
    .map((e) => [e.name, e.type === 'radio' || e.type === 'checkbox' ? `${e.value}=${e.checked}` : e.value]));
}
