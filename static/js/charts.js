// Draws the page's chart with Plotly, which is fetched when the chart comes into view.

const chart = document.querySelector("[data-chart]");
let plotly = null;

function load() {
  plotly ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = document.querySelector("meta[name=plotly-src]").content;
    script.onload = () => resolve(window.Plotly);
    script.onerror = reject;
    document.head.append(script);
  });
  return plotly;
}

function isDark() {
  const chosen = document.documentElement.dataset.theme;
  return chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
}

async function draw() {
  const moment = document.querySelector("[data-moment]").dataset.moment;
  const query = new URLSearchParams({ at: moment, theme: isDark() ? "dark" : "light" });
  const answer = await fetch(`${chart.dataset.chart}?${query}`);
  if (!answer.ok) return;
  const figure = await answer.json();
  chart.closest("section").hidden = !figure.data;
  if (!figure.data) return;
  const Plotly = await load();
  await Plotly.react(chart, figure.data, figure.layout, figure.config);
  chart.dataset.drawn = moment;
}

if (chart) {
  let seen = false;
  new IntersectionObserver((entries, observer) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    observer.disconnect();
    seen = true;
    draw();
  }).observe(chart);
  document.addEventListener("lab:moment", () => seen && draw());
  new MutationObserver(() => seen && draw()).observe(document.documentElement, { attributeFilter: ["data-theme"] });
}
