// What htmx could not swap in still gets its sentence: a page that is gone, a server that does not answer.

const UNREACHABLE = "The server cannot be reached; nothing was changed. Check that ECS Lab is running, then try again.";
const SLOW = "The server took too long to answer. Reload the page to see what holds now.";
const UNKNOWN = "The server refused this without a reason; nothing was changed. Reload the page and try again.";

function say(sentence) {
  const place = document.querySelector("[data-notices]");
  if (!place) return;
  const message = document.createElement("div");
  message.className = "message message--error";
  const kind = document.createElement("span");
  kind.className = "message__kind";
  kind.textContent = "Not done";
  const text = document.createElement("span");
  text.textContent = sentence;
  message.append(kind, text);
  place.replaceChildren(message);
  place.scrollIntoView({ block: "nearest" });
}

document.addEventListener("htmx:responseError", (event) => {
  const { xhr } = event.detail;
  const plain = (xhr.getResponseHeader("Content-Type") ?? "").startsWith("text/plain");
  say(plain && xhr.responseText ? xhr.responseText : UNKNOWN);
});
document.addEventListener("htmx:sendError", () => say(UNREACHABLE));
document.addEventListener("htmx:timeout", () => say(SLOW));

// The next answer that arrives makes an old notice untrue.
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.shouldSwap) document.querySelector("[data-notices]")?.replaceChildren();
});
