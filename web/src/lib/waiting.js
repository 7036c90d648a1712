// Waiting for what becomes of something that a camera was asked for.
import { Problem } from "./http.js";

export const pause = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });

/**
 * What `first` became once it is no longer in the state `open`; `ask()` gives it as it is now, every
 * `pace` ms. Undefined when that took longer than `patience` ms, null when `stale()`.
 */
export async function settled(first, open, ask, { pace, patience, stale }) {
  const started = Date.now();
  let current = first;
  while (current.state === open) {
    if (Date.now() - started > patience) return undefined;
    await pause(pace);
    if (stale()) return null;
    try {
      current = await ask();
    } catch (error) {
      // A moment without a line is no answer of the camera.
      if (!(error instanceof Problem) || !["offline", "server"].includes(error.kind)) throw error;
    }
  }
  return current;
}
