// Small manners: toasts that go, dialogs for browsers without commands, forms that are sent once.

const TOAST_MS = 8_000;

function shutToasts() {
  for (const toast of document.querySelectorAll("[data-toast]:not([data-timed])")) {
    toast.dataset.timed = "yes";
    setTimeout(() => { if (!toast.matches(":hover, :focus-within")) toast.remove(); }, TOAST_MS);
  }
}

function onClick(event) {
  event.target.closest?.("[data-shut]")?.closest("[data-toast]")?.remove();
  const commander = event.target.closest?.("[commandfor]");
  if (!commander || "commandForElement" in HTMLButtonElement.prototype) return;
  const dialog = document.getElementById(commander.getAttribute("commandfor"));
  if (commander.getAttribute("command") === "show-modal") dialog.showModal();
  else dialog.close();
}

function onSubmit(event) {
  const form = event.target;
  if (form.method !== "post") return;
  if (form.dataset.sending) event.preventDefault();
  form.dataset.sending = "yes";
  setTimeout(() => delete form.dataset.sending, 3_000);
}

// A session that ended answers with the sign-in page: go there, and leave what is on the screen alone.
function onSwap(event) {
  const answer = event.detail?.ctx?.response?.raw;
  if (!answer?.redirected || new URL(answer.url).pathname !== "/login") return;
  event.preventDefault();
  location.assign(answer.url);
}

// The mark of an action done is for one showing; a reload must not repeat it.
function forgetDone() {
  const url = new URL(location.href);
  if (!url.searchParams.has("done")) return;
  url.searchParams.delete("done");
  url.searchParams.delete("n");
  history.replaceState(history.state, "", url);
}

export function startSmall() {
  document.addEventListener("click", onClick);
  document.addEventListener("submit", onSubmit);
  document.addEventListener("htmx:before:swap", onSwap);
  forgetDone();
  shutToasts();
  document.addEventListener("htmx:after:swap", shutToasts);
}
