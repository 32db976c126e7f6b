// Small steps that every journey takes.
import assert from 'node:assert/strict';

/** Presses a control that leads to another page and waits until that page stands. */
export async function press(page, control) {
  const c = typeof control === 'string' ? page.locator(control) : control;
  await Promise.all([page.waitForNavigation(), c.first().click()]);
}

/** Fills the named fields of the page's form. */
export async function fill(page, values) {
  for (const [name, value] of Object.entries(values)) {
    const e = page.locator(`main [name="${name}"]`).first();
    const kind = await e.evaluate((x) => (x.tagName === 'SELECT' ? 'select' : x.type));
    if (kind === 'select') await e.selectOption(value);
    else if (kind === 'radio') await page.locator(`main [name="${name}"][value="${value}"]`).check();
    else if (kind === 'checkbox') await e.setChecked(value);
    else await e.fill(value);
  }
}

export const where = (page) => new URL(page.url()).pathname;

/** The words of the page's matter, as a reader sees them. */
export const words = (page, selector = 'main') => page.locator(selector).first().innerText();

/** Nothing may have gone wrong behind the page. */
export function clean(...contexts) {
  for (const c of contexts) assert.deepEqual(c.faults, []);
}

/** Presses what downloads a file and returns its name and bytes. */
export async function download(page, control) {
  const c = typeof control === 'string' ? page.locator(control) : control;
  const [d] = await Promise.all([page.waitForEvent('download'), c.first().click()]);
  const parts = [];
  for await (const p of await d.createReadStream()) parts.push(p);
  return { name: d.suggestedFilename(), bytes: Buffer.concat(parts) };
}

/** Uploads bytes as a file by the page's own form. */
export async function upload(page, name, bytes, mimeType = 'application/octet-stream') {
  await page.setInputFiles('main input[type=file]', { name, mimeType, buffer: Buffer.from(bytes) });
  await press(page, 'main form[enctype] button');
}
