// Doing something again and again while somebody is looking.
const IDLE_AFTER = 5 * 60_000;
const IDLE_PACE = 30_000;
const LONGEST = 60_000;
let touched = Date.now();
for (const sign of ["pointerdown", "keydown", "scroll"]) {
  addEventListener(sign, () => { touched = Date.now(); }, { passive: true, capture: true });
}

/** How long nobody has touched the page, in ms. */
export const untouched = () => Date.now() - touched;

/**
 * Runs `work` now and then every `pace` ms; never while the page is hidden, at once when it is
 * shown again; less often when it fails (it returns false) or when nobody has touched the page for
 * minutes. Returns {now, stop}.
 */
export function repeat(work, pace) {
  let timer = null;
  let failures = 0;
  let busy = false;
  let stopped = false;
  const round = async () => {
    clearTimeout(timer);
    if (busy || stopped || document.hidden) return;
    busy = true;
    failures = (await work()) === false ? failures + 1 : 0;
    busy = false;
    if (stopped || !pace) return;
    const idle = Date.now() - touched > IDLE_AFTER;
    timer = setTimeout(round, Math.min(LONGEST, (idle ? Math.max(pace, IDLE_PACE) : pace) * 2 ** failures));
  };
  const now = () => {
    failures = 0;
    return round();
  };
  const again = () => pace && now();
  document.addEventListener("visibilitychange", again);
  addEventListener("online", again);
  round();
  const stop = () => {
    stopped = true;
    clearTimeout(timer);
    document.removeEventListener("visibilitychange", again);
    removeEventListener("online", again);
  };
  return { now, stop };
}
