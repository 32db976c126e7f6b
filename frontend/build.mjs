// Bundles the style sheet, the page script and the icons into dist: names by
// hash, a brotli twin beside each, and manifest.json from plain to hashed name.
import { build } from "esbuild";
import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants } from "node:zlib";

const here = dirname(fileURLToPath(import.meta.url));
const dist = join(here, "dist");

// Bytes on the wire that an asset may cost, brotli 11. A learner on 2G pays them.
const budget = { "app.js": 3072, "darasa.css": 7168, "favicon.svg": 512 };

async function bundled(entry, extra) {
  const r = await build({
    entryPoints: [join(here, entry)], bundle: true, minify: true, write: false,
    legalComments: "none", logLevel: "warning", ...extra,
  });
  return Buffer.from(r.outputFiles[0].contents);
}

const assets = {
  "darasa.css": await bundled("styles/darasa.css", { target: "chrome106" }),
  "app.js": await bundled("scripts/app.ts", { target: "es2018", format: "iife" }),
  "favicon.svg": Buffer.from((await readFile(join(here, "icons/favicon.svg"), "utf8")).trim()),
};

await mkdir(dist, { recursive: true });
for (const old of await readdir(dist)) if (old !== "README") await rm(join(dist, old), { recursive: true });

const manifest = {};
for (const [name, body] of Object.entries(assets)) {
  const hash = createHash("sha256").update(body).digest("hex").slice(0, 12);
  const ext = extname(name);
  const hashed = `${name.slice(0, -ext.length)}-${hash}${ext}`;
  const br = brotliCompressSync(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: body.length } });
  if (br.length > budget[name]) throw new Error(`${name}: ${br.length} bytes as brotli, the budget is ${budget[name]}`);
  await writeFile(join(dist, hashed), body);
  await writeFile(join(dist, hashed + ".br"), br);
  manifest[name] = hashed;
  console.log(`${hashed} ${body.length} bytes, ${br.length} as brotli`);
}
// The manifest comes last and whole: without it the program says that it was built without a bundle.
await writeFile(join(dist, "manifest.tmp"), JSON.stringify(manifest, null, 1) + "\n");
await rename(join(dist, "manifest.tmp"), join(dist, "manifest.json"));
