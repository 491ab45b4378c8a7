// The reader's choice of theme. Loaded before the first paint so that no other theme flashes up; the choice is kept in
// the browser, and without one the system decides.
(() => {
  const KEY = "ecslab-theme";
  const CHOICES = ["light", "dark"];

  function kept() {
    try {
      return localStorage.getItem(KEY);
    } catch {
      return null; // storage is switched off: the choice lasts for this page
    }
  }

  function keep(choice) {
    try {
      if (CHOICES.includes(choice)) localStorage.setItem(KEY, choice);
      else localStorage.removeItem(KEY);
    } catch {
      // as above
    }
  }

  function show(choice) {
    const root = document.documentElement;
    if (CHOICES.includes(choice)) root.dataset.theme = choice;
    else delete root.dataset.theme;
    for (const button of document.querySelectorAll("[data-theme-choice]")) {
      const pressed = button.dataset.themeChoice === (root.dataset.theme ?? "system");
      button.setAttribute("aria-pressed", String(pressed));
    }
    document.dispatchEvent(new CustomEvent("ecslab:theme"));
  }

  show(kept());

  document.addEventListener("DOMContentLoaded", () => {
    for (const group of document.querySelectorAll(".themes")) group.hidden = false;
    show(kept());
  });

  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-theme-choice]");
    if (!button) return;
    keep(button.dataset.themeChoice);
    show(button.dataset.themeChoice);
  });

  window.addEventListener("storage", (event) => {
    if (event.key === KEY) show(event.newValue); // chosen in another window
  });
})();
