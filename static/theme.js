// Runs before the first paint: says that scripts run, and applies the stored choice between light and dark.
(() => {
  const root = document.documentElement;
  root.dataset.scripts = "";
  try {
    const theme = localStorage.getItem("das-theme");
    if (theme) root.dataset.theme = theme;
  } catch {
    // Storage may be forbidden; the system's choice stands.
  }
})();
