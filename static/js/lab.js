// Plays a lab: asks the server for its picture of each moment, at most four times a second. Knows no ECS.

const stage = document.querySelector("[data-stage]");
const BETWEEN_MS = 250;
let playing = false;
let speed = "10";
let asking = false;

function prepare() {
  const play = stage.querySelector("[data-play]");
  play.hidden = false;
  play.textContent = playing ? "Pause" : "Play";
  play.setAttribute("aria-pressed", String(playing));
  stage.querySelector("[data-speed]").value = speed;
}

function now() {
  return Number(stage.querySelector("[data-moment]").dataset.moment);
}

async function show(at) {
  if (asking) return;
  asking = true;
  try {
    const query = new URLSearchParams(location.search);
    query.set("at", String(Math.max(0, Math.round(at))));
    for (const name of ["form", "cluster", "zone", "count"]) query.delete(name);
    const answer = await fetch(`${stage.dataset.stage}?${query}`);
    if (!answer.ok) {
      playing = false;
      return;
    }
    const focused = document.activeElement?.id;
    stage.innerHTML = await answer.text();
    history.replaceState(null, "", `${stage.dataset.page}?${query}`);
    for (const field of document.querySelectorAll("input[name=at_ms]")) field.value = query.get("at");
    prepare();
    document.dispatchEvent(new Event("lab:moment"));
    if (focused) document.getElementById(focused)?.focus();
  } finally {
    asking = false;
  }
}

stage.addEventListener("click", (event) => {
  if (event.target.closest("[data-play]")) {
    playing = !playing;
    prepare();
  } else if (event.target.closest("#step")) {
    event.preventDefault();
    show(Number(new URL(event.target.closest("#step").href).searchParams.get("at")));
  }
});

stage.addEventListener("change", (event) => {
  if (event.target.matches("[data-speed]")) speed = event.target.value;
  if (event.target.matches("#scrub")) show(Number(event.target.value));
});

setInterval(() => {
  if (playing && !document.hidden) show(now() + BETWEEN_MS * Number(speed));
}, BETWEEN_MS);

prepare();
