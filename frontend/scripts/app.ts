// The page script. Everything works without it; it only adds: drafts of what
// is being typed, a busy word on a sent form, check feedback without a new
// page, and the print button. Words come from data attributes, so that the
// catalogue stays the one place of UI strings.

const all = <T extends Element>(sel: string): T[] => Array.from(document.querySelectorAll<T>(sel));

// A private window or a full phone refuses storage: then there are no drafts.
const disk = {
  get(k: string): string | null { try { return localStorage.getItem(k); } catch { return null; } },
  set(k: string, v: string): boolean { try { localStorage.setItem(k, v); return true; } catch { return false; } },
  drop(k: string): void { try { localStorage.removeItem(k); } catch { /* nothing was kept */ } },
};

type Draft = { at: number; f: [string, string][] };

function parse(s: string): Draft | null {
  try { return JSON.parse(s) as Draft; } catch { return null; }
}

// A draft never holds what the server set (hidden fields) nor a password or file.
const drafted = (e: Element): e is HTMLInputElement =>
  /^(INPUT|SELECT|TEXTAREA)$/.test(e.tagName) && !!(e as HTMLInputElement).name &&
  !/^(hidden|password|file|submit)$/.test((e as HTMLInputElement).type);

function read(form: HTMLFormElement): [string, string][] {
  const out: [string, string][] = [];
  for (const e of Array.from(form.elements)) {
    if (!drafted(e) || (/^(radio|checkbox)$/.test(e.type) && !e.checked)) continue;
    out.push([e.name, e.value]);
  }
  return out;
}

function fill(form: HTMLFormElement, pairs: [string, string][]): void {
  for (const e of Array.from(form.elements)) {
    if (!drafted(e)) continue;
    const mine = pairs.filter((p) => p[0] === e.name).map((p) => p[1]);
    if (/^(radio|checkbox)$/.test(e.type)) e.checked = mine.indexOf(e.value) >= 0;
    else if (mine.length) e.value = mine[0];
  }
}

function drafts(form: HTMLFormElement): void {
  const key = "draft:" + form.dataset.draft;
  const line = form.querySelector<HTMLElement>("[data-kept]");
  const say = (at: number): void => {
    if (!line) return;
    const d = new Date(at);
    const clock = ("0" + d.getHours()).slice(-2) + ":" + ("0" + d.getMinutes()).slice(-2);
    (line.querySelector("span") || line).textContent = (line.dataset.kept || "").replace("%s", clock);
    line.hidden = false;
  };
  const old = disk.get(key);
  if (old) {
    // What the server saved later, from here or from another device, wins.
    const d = parse(old);
    if (d && d.at > Number(form.dataset.saved || 0)) { fill(form, d.f); say(d.at); } else disk.drop(key);
  }
  let wait = 0;
  form.addEventListener("input", () => {
    clearTimeout(wait);
    wait = window.setTimeout(() => {
      const at = Date.now();
      if (disk.set(key, JSON.stringify({ at, f: read(form) }))) say(at);
    }, 400);
  });
}

function busy(form: HTMLFormElement, on: boolean, by?: HTMLButtonElement | null): void {
  for (const b of Array.from(form.querySelectorAll<HTMLButtonElement>("button:not([type=button])"))) {
    b.disabled = on;
    const word = form.dataset.busy;
    if (on && b === by && word) { b.dataset.word = b.innerHTML; b.style.minWidth = b.offsetWidth + "px"; b.textContent = word; }
    if (!on && b.dataset.word) { b.innerHTML = b.dataset.word; delete b.dataset.word; }
  }
}

// The answer's page holds the same check, now with its feedback: take only that.
async function check(form: HTMLFormElement): Promise<void> {
  const body = new URLSearchParams();
  new FormData(form).forEach((v, k) => body.append(k, String(v)));
  const r = await fetch(form.action, { method: "POST", body, credentials: "same-origin" });
  const doc = new DOMParser().parseFromString(await r.text(), "text/html");
  const next = r.ok && doc.getElementById(form.id);
  if (!next) throw new Error("no check in the answer");
  form.replaceWith(next);
  const said = next.querySelector<HTMLElement>("[role=status],[role=alert]");
  if (said) { said.tabIndex = -1; said.focus(); }
}

document.addEventListener("submit", (ev) => {
  const form = ev.target as HTMLFormElement;
  if (form.method !== "post") return;
  if (form.dataset.sent) { ev.preventDefault(); return; }
  form.dataset.sent = "1";
  const by = ev.submitter as HTMLButtonElement | null;
  // After this turn: a disabled button would not be part of what is sent.
  if (!form.hasAttribute("data-check")) { setTimeout(() => busy(form, true, by)); return; }
  ev.preventDefault();
  setTimeout(() => busy(form, true, by));
  check(form).catch(() => form.submit());
});

// Back from the cache of the browser: the form is to be used again.
window.addEventListener("pageshow", () => all<HTMLFormElement>("form[data-sent]").forEach((f) => { delete f.dataset.sent; busy(f, false); }));

all<HTMLFormElement>("form[data-draft]").forEach(drafts);
all<HTMLElement>("[data-draft-clear]").forEach((e) => disk.drop("draft:" + e.dataset.draftClear));
all<HTMLButtonElement>("[data-print]").forEach((b) => { b.hidden = false; b.addEventListener("click", () => window.print()); });
