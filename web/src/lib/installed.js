// The page as an app: on the home screen of an iPhone, iPad or Android phone (AL-53).
let offered = null;
const listeners = new Set();
const changed = () => { for (const listener of listeners) listener(); };

/** Whether the page was opened from its icon on the home screen. */
export const installed = () => matchMedia("(display-mode: standalone)").matches || navigator.standalone === true;

/** Whether this is an iPhone or iPad (whose Safari calls itself a Mac's). */
export const onIphone = () => /iPhone|iPad/.test(navigator.userAgent) || (/Macintosh/.test(navigator.userAgent) && navigator.maxTouchPoints > 1);

/** Whether the browser would put the page onto the home screen now, by `install`. */
export const canInstall = () => offered !== null;

export function onInstallable(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Has the browser ask whether to put the page onto the home screen. */
export async function install() {
  const asked = offered;
  offered = null;
  changed();
  await asked?.prompt();
}

addEventListener("beforeinstallprompt", (event) => {
  event.preventDefault(); // asked for on the account's page, not in between
  offered = event;
  changed();
});
addEventListener("appinstalled", () => {
  offered = null;
  changed();
});
