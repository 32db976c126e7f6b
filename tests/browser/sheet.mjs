// Reads and fills in workbooks as bytes of a zip, without a spreadsheet
// library: what the product writes is read by other means than its own.
import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate';

const entities = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };
const plain = (s) => s.replace(/&(#x?[0-9a-f]+|\w+);/gi, (all, e) => {
  if (e[0] !== '#') return entities[e] ?? all;
  return String.fromCodePoint(e[1] === 'x' ? parseInt(e.slice(2), 16) : Number(e.slice(1)));
});
const marked = (s) => String(s).replace(/[<>&"]/g, (c) => `&${Object.keys(entities).find((k) => entities[k] === c)};`);

const attr = (tag, name) => new RegExp(`\\b${name}="([^"]*)"`).exec(tag)?.[1];
const texts = (xml) => [...xml.matchAll(/<t(?:\s[^>]*)?>([\s\S]*?)<\/t>/g)].map((m) => plain(m[1])).join('');

function column(ref) {
  let n = 0;
  for (const c of ref.replace(/\d/g, '')) n = n * 26 + c.charCodeAt(0) - 64;
  return n - 1;
}
function letters(n) {
  let s = '';
  for (n += 1; n > 0; n = Math.floor((n - 1) / 26)) s = String.fromCharCode(65 + ((n - 1) % 26)) + s;
  return s;
}

/** The sheets of a workbook: name to rows of cells; numbers are numbers, blanks undefined. */
export function read(bytes) {
  const files = unzipSync(new Uint8Array(bytes));
  const text = (name) => (files[name] ? strFromU8(files[name]) : '');
  const shared = [...text('xl/sharedStrings.xml').matchAll(/<si>([\s\S]*?)<\/si>/g)].map((m) => texts(m[1]));
  const targets = Object.fromEntries([...text('xl/_rels/workbook.xml.rels').matchAll(/<Relationship\b[^>]*>/g)].map(([t]) => [attr(t, 'Id'), attr(t, 'Target')]));
  const sheets = {};
  for (const [tag] of text('xl/workbook.xml').matchAll(/<sheet\b[^>]*>/g)) {
    const xml = text(`xl/${targets[attr(tag, 'r:id')].replace(/^\/?(xl\/)?/, '')}`);
    const rows = [];
    for (const [, head, body] of xml.matchAll(/<row\b([^>]*)>([\s\S]*?)<\/row>/g)) {
      const row = [];
      for (const [, c, inner = ''] of body.matchAll(/<c\b([^>]*?)(?:\/>|>([\s\S]*?)<\/c>)/g)) {
        const v = /<v>([\s\S]*?)<\/v>/.exec(inner)?.[1];
        const type = attr(c, 't');
        row[column(attr(c, 'r'))] = type === 's' ? shared[Number(v)] : type === 'inlineStr' ? texts(inner) : type === 'str' ? plain(v ?? '') : v === undefined ? undefined : Number(v);
      }
      rows[Number(attr(head, 'r')) - 1] = row;
    }
    sheets[plain(attr(tag, 'name'))] = rows;
  }
  return sheets;
}

/** The first sheet's rows as objects by their header; the header is the first row that has `known`. */
export function table(rows, known) {
  const at = rows.findIndex((r) => r?.includes(known));
  if (at < 0) throw new Error(`no header "${known}" in ${JSON.stringify(rows.slice(0, 8))}`);
  return rows.slice(at + 1).filter(Boolean).map((r) => Object.fromEntries(rows[at].map((h, i) => [h, r[i]])));
}

/** A file that the product makes, fetched by the page itself, as bytes. */
export async function file(page, address) {
  const r = await page.evaluate(async (to) => {
    const a = await fetch(to);
    return { status: a.status, bytes: [...new Uint8Array(await a.arrayBuffer())] };
  }, address);
  if (r.status !== 200) throw new Error(`${address}: ${r.status}`);
  return Buffer.from(r.bytes);
}

/** The product's own roster template. */
export const template = (page, base, lang) => file(page, `${base}/${lang}/runs/roster-template?lang=${lang}`);

/** The columns of the template, by what a row of a test calls them, in either language. */
const columns = {
  first: /^(jina la kwanza|first name)/i, middle: /^(jina la kati|middle name)/i, surname: /^(jina la ukoo|surname)/i,
  sex: /^(jinsia|sex)/i, check: /^(check n|namba ya cheki)/i, registration: /(usajili|registration)/i, phone: /^(simu|phone|namba ya simu)/i,
  hfr: /hfr/i, cadre: /^(kada|cadre)/i,
};

/** The letter of the template's column for `key`, as a spreadsheet shows it. */
export function letterOf(bytes, key) {
  return letters(Object.values(read(bytes))[0][0].findIndex((h) => columns[key].test(h ?? '')));
}

/** Fills rows into the template, below its header, and returns the workbook. */
export function roster(bytes, people) {
  const files = unzipSync(new Uint8Array(bytes));
  const sheets = read(bytes);
  const header = Object.values(sheets)[0][0];
  const place = (key) => {
    const i = header.findIndex((h) => columns[key].test(h ?? ''));
    if (i < 0) throw new Error(`the template has no column for ${key}: ${header.join(' | ')}`);
    return i;
  };
  const rows = people.map((p, i) => {
    const cells = Object.entries(p).filter(([, v]) => v !== '').map(([k, v]) => [place(k), v]).sort((a, b) => a[0] - b[0]);
    return `<row r="${i + 2}">${cells.map(([c, v]) => `<c r="${letters(c)}${i + 2}" t="inlineStr"><is><t xml:space="preserve">${marked(v)}</t></is></c>`).join('')}</row>`;
  }).join('');
  const name = 'xl/worksheets/sheet1.xml';
  const xml = strFromU8(files[name]).replace(/(<row r="1"[\s\S]*?<\/row>)[\s\S]*?<\/sheetData>/, (_, head) => `${head}${rows}</sheetData>`);
  files[name] = strToU8(xml);
  return Buffer.from(zipSync(files));
}
