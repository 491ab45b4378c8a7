// Plays a lab: asks the server for its picture of a moment, at most four times a second, and puts it in place.
// It knows no ECS and computes no position: every element, word and link comes from the server.

import { showChart } from "./chart.js";
import { morph, morphChildren } from "./morph.js";

const BETWEEN_MS = 250;
const AGAIN_MS = 400;
const TELL_MS = 500;
const SECOND_MS = 1000;
const stage = () => document.getElementById("stage");
const middle = () => document.getElementById("middle");
const part = (id) => document.getElementById(id);

let playing = false;
let since = { at: 0, time: 0 }; // where and when playing began, or went on
let wanted = null; // the query to ask for next
let asking = false;
let ahead = null; // what playing has asked for and not seen; Pause holds the picture that is there when it comes too late
let dragging = false;
let told = 0; // when the address was last written
let reached = -1; // how far a long run has been computed

const moment = () => Number(middle().dataset.moment);
const speed = () => Number(part("speed").value);

function queryAt(at) {
  const query = new URLSearchParams(middle().dataset.query);
  query.set("at", String(Math.max(0, Math.round(at))));
  return query.toString();
}

function anchor() {
  since = { at: moment(), time: performance.now() };
}

function writeAddress() {
  if (!middle()) return;
  told = performance.now();
  history.replaceState(null, "", `${stage().dataset.page}?${middle().dataset.query}`);
}

function setPlaying(value) {
  if (playing && !value) writeAddress();
  playing = value;
  anchor();
  prepare();
}

/** What the script adds to what the server drew. */
function prepare() {
  if (!middle()) return;
  const play = part("play");
  play.hidden = false;
  play.textContent = playing ? "Pause" : "Play";
  play.setAttribute("aria-pressed", String(playing));
  part("go").hidden = true;
  if (!dragging) part("scrub").value = String(moment());
  showChart(part("chart"), playing);
}

function settle(query) {
  const now = middle().dataset;
  for (const other of stage().querySelectorAll("[data-elsewhere]")) {
    const place = part(other.dataset.elsewhere);
    if (place) place.textContent = other.textContent;
  }
  for (const field of document.querySelectorAll("input[name=looking]")) field.value = now.query;
  if (performance.now() - told >= TELL_MS || !playing) writeAddress(); // Safari refuses more than three a second
  globalThis.htmx?.process(stage());
  prepare();
  if (now.complete === "yes" || new URLSearchParams(query).has("to")) {
    reached = -1;
  } else if (moment() > reached) {
    reached = moment();
    setTimeout(() => middle() && show(queryAt(Number(now.asked))), AGAIN_MS);
  } else {
    tell("So much happens in this lab that it cannot be computed any further; look at an earlier moment.");
  }
}

function tell(sentence) {
  playing = false;
  prepare();
  part("time-told").textContent = sentence;
}

async function load(query) {
  const answer = await fetch(`${stage().dataset.stage}?${query}`);
  if (answer.status === 429) {
    await new Promise((done) => setTimeout(done, AGAIN_MS));
    wanted ??= query;
    return;
  }
  if (!answer.ok) {
    tell("The server did not draw this moment; reload the page to see what holds now.");
    return;
  }
  const drawn = document.createElement("template");
  drawn.innerHTML = await answer.text();
  const comesTooLate = !playing && query === ahead;
  if (query === ahead) ahead = null;
  if (!stage() || comesTooLate) return;
  const held = document.activeElement?.id;
  morphChildren(stage(), drawn.content);
  settle(query);
  if (held && document.activeElement === document.body) part(held)?.focus({ preventScroll: true });
}

/** Ask for a picture; while one is under way only the last wish is kept. */
async function show(query) {
  wanted = query;
  if (asking) return;
  asking = true;
  try {
    while (wanted !== null && stage()) {
      const next = wanted;
      wanted = null;
      await load(next);
    }
  } catch {
    tell("The server cannot be reached; check that ECS Lab is running, then press Play again.");
  } finally {
    asking = false;
  }
}

function fillAndSend(link) {
  const form = part("quick-add");
  if (!form) return false;
  if (form.classList.contains("htmx-request")) return true; // a double click asks once
  for (const field of form.querySelectorAll("[data-fill]")) field.value = link.dataset[field.dataset.fill] ?? "";
  form.requestSubmit();
  return true;
}

async function follow(url) {
  await show(url.search.slice(1));
  anchor();
  const target = url.hash && part(url.hash.slice(1));
  if (!target) return;
  target.focus({ preventScroll: true });
  target.scrollIntoView({ block: "nearest" });
}

document.addEventListener("click", (event) => {
  if (event.target.closest("#play")) setPlaying(!playing);
  const link = event.target.closest("#stage a[href]");
  if (!link || event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const href = link.getAttribute("href");
  if (href.startsWith("#")) {
    const opened = part(href.slice(1));
    if (opened?.localName === "details") opened.open = true;
    return;
  }
  const url = new URL(href, location.href);
  if (url.origin !== location.origin || url.pathname !== stage().dataset.page) return;
  if (link.dataset.zone && fillAndSend(link)) {
    event.preventDefault();
  } else if (!url.searchParams.has("form")) {
    event.preventDefault();
    follow(url);
  }
});

document.addEventListener("input", (event) => {
  if (event.target.id !== "scrub") return;
  dragging = true;
  show(queryAt(Number(event.target.value)));
});

// An arrow moves by a second, not by the millisecond that the slider counts in.
document.addEventListener("keydown", (event) => {
  const steps = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 };
  if (event.target.id !== "scrub" || !(event.key in steps)) return;
  event.preventDefault();
  event.target.value = String(Number(event.target.value) + steps[event.key] * SECOND_MS);
  event.target.dispatchEvent(new Event("change", { bubbles: true }));
});

document.addEventListener("change", (event) => {
  if (event.target.id === "scrub") {
    dragging = false;
    show(queryAt(Number(event.target.value))).then(anchor);
  } else if (event.target.id === "speed") {
    anchor();
  }
});

document.addEventListener("visibilitychange", () => middle() && anchor());

document.addEventListener("submit", (event) => {
  if (event.target.id !== "time-form") return;
  event.preventDefault();
  show(queryAt(Number(part("scrub").value)));
});

setInterval(() => {
  if (!playing || asking || dragging || document.hidden || !middle()) return;
  const horizon = Number(middle().dataset.horizon);
  const at = Math.min(since.at + (performance.now() - since.time) * speed(), horizon);
  ahead = queryAt(at);
  show(ahead);
  if (at < horizon) return;
  ahead = null;
  setPlaying(false);
}, BETWEEN_MS);

// A form that was sent answers with the whole page, which is put in place the same way.
globalThis.htmx?.defineExtension("keep", {
  handleSwap(style, target, fragment) {
    if (style !== "morph") return false;
    morph(target, fragment.firstElementChild);
    return [target];
  },
});

document.addEventListener("htmx:beforeRequest", () => setPlaying(false));

document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr, requestConfig } = event.detail;
  if (xhr.status === 200 && requestConfig?.elt?.reset) requestConfig.elt.reset();
});

document.addEventListener("htmx:afterSettle", () => {
  anchor();
  prepare();
  document.querySelector(".lab .message--error, .lab .field__error")?.scrollIntoView({ block: "nearest" });
});

prepare();
if (middle()?.dataset.complete === "no") show(queryAt(Number(middle().dataset.asked)));
