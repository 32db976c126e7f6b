// Saves a picture of every page, both languages, phone and desktop, into
// test-results/screens. Run: node screens.mjs [part of a name]
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { closeBrowser, desk, phone, root, serve } from './harness.mjs';
import { kinds, open, prepare } from './pages.mjs';

const out = path.join(root, 'test-results/screens');
await mkdir(out, { recursive: true });
const only = process.argv[2] ?? '';
const server = await serve();
try {
  const state = await prepare(server, { ...phone, isMobile: false });
  for (const kind of kinds(state).filter((k) => k.name.includes(only))) {
    const page = await state.roles[kind.role].newPage();
    for (const lang of ['sw', 'en']) {
      await page.setViewportSize(phone.viewport);
      try {
        await open(page, server.base, kind, lang);
        await page.screenshot({ path: path.join(out, `${kind.name}.${lang}-phone.png`), fullPage: true });
        await page.setViewportSize(desk.viewport);
        await page.screenshot({ path: path.join(out, `${kind.name}.${lang}-desk.png`), fullPage: true });
      } catch (e) { console.error(`${kind.name} ${lang}: ${e.message}`); process.exitCode = 1; }
    }
    await page.close();
  }
} finally {
  await closeBrowser();
  await server.stop();
}
