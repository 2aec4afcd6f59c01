// Runs before the first paint: applies the stored choice between light and dark, and keeps the form for visitors without
// scripts out of sight while there is hope that the bundle starts. The bundle itself says when it has: data-scripts. It also
// needs to know for which address the server has made the page: data-address.
(() => {
  const root = document.documentElement;
  root.dataset.address = location.pathname + location.search;
  try {
    const theme = localStorage.getItem("das-theme");
    if (theme) root.dataset.theme = theme;
  } catch {
    // Storage may be forbidden; the system's choice stands.
  }

  const patienceMs = 6000;
  const giveUp = () => root.removeAttribute("data-loading");
  root.dataset.loading = "";
  setTimeout(giveUp, patienceMs);
  // Captured: a file that cannot be loaded tells only its own element.
  addEventListener("error", giveUp, true);
  addEventListener("unhandledrejection", giveUp);
  addEventListener("DOMContentLoaded", () => {
    if (!document.querySelector('script[type="module"]')) giveUp();
  });
})();
