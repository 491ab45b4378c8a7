// Draws the page's chart: fetches the library when a chart first comes into view, then a figure for each moment.

const BETWEEN_MS = 1000;
const seen = new WeakSet();
let library = null;
let drawn = ""; // the address of the figure that stands
let last = 0;
let playing = false;

function theme() {
  const chosen = document.documentElement.dataset.theme;
  if (chosen) return chosen;
  return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}

function load() {
  library ??= new Promise((done, failed) => {
    const script = document.createElement("script");
    script.src = document.querySelector("meta[name=plotly-src]").content;
    script.addEventListener("load", () => done(globalThis.Plotly));
    script.addEventListener("error", failed);
    document.head.append(script);
  });
  return library;
}

const watcher = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) {
    if (isIntersecting) seen.add(target);
    else seen.delete(target);
    if (isIntersecting) draw(target);
  }
});
const watched = new WeakSet();

let drawing = false;

async function draw(place) {
  const address = `${place.dataset.chart}&theme=${theme()}`;
  const empty = !place.firstChild;
  if (drawing || (address === drawn && !empty) || !seen.has(place)) return;
  if (playing && !empty && performance.now() - last < BETWEEN_MS) return;
  last = performance.now();
  drawing = true;
  let isLate = false;
  try {
    const [plotly, answer] = await Promise.all([load(), fetch(address)]);
    if (answer.ok) {
      const figure = await answer.json();
      await plotly.react(place, figure.data, figure.layout, figure.config);
      drawn = address;
      place.dataset.drawn = new URLSearchParams(address.split("?")[1]).get("at");
    }
    isLate = answer.status === 429; // another page of this browser had its turn
  } catch {
    library = null; // the next moment tries again
  } finally {
    drawing = false;
  }
  const wanted = `${place.dataset.chart}&theme=${theme()}`;
  if (isLate) setTimeout(() => draw(place), BETWEEN_MS);
  else if (drawn === address && wanted !== address) draw(place);
}

/** Keep the chart of a place up to date; nothing is drawn while it is out of view. */
export function showChart(place, isPlaying) {
  playing = isPlaying;
  if (!place) return;
  if (!watched.has(place)) {
    watched.add(place);
    watcher.observe(place);
  } else {
    draw(place);
  }
}

function redraw() {
  const place = document.getElementById("chart");
  if (place) draw(place);
}

document.addEventListener("ecslab:theme", redraw);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
