// Asking a camera to do something, and waiting for what becomes of it.
import { Problem } from "../../lib/http.js";
import { commandOf, sendCommand } from "./api.js";

const PACE = 1000;
const PATIENCE = 60_000;
const pause = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });

export const send = (home, thing, command) => sendCommand({ home, thing }, command);

/** The command once the camera answered; "expired" when it did not in time, null when `stale()`. */
export async function outcome(home, thing, command, stale) {
  const started = Date.now();
  let current = command;
  while (current.state === "sent") {
    if (Date.now() - started > PATIENCE) return { ...current, state: "expired" };
    await pause(PACE);
    if (stale()) return null;
    try {
      current = await commandOf({ home, thing, command: command.id });
    } catch (error) {
      // A moment without a line is no answer of the camera.
      if (!(error instanceof Problem) || !["offline", "server"].includes(error.kind)) throw error;
    }
  }
  return current;
}
