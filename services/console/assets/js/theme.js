// Shows a chosen theme or density at once; the form then tells the server, which keeps it.

export function startTheme() {
  document.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (!event.target.matches("[data-theme-form]") || !button) return;
    const html = document.documentElement;
    if (button.name === "density") html.dataset.density = button.value;
    if (button.name !== "theme") return;
    if (button.value === "system") delete html.dataset.theme;
    else html.dataset.theme = button.value;
  });
}
