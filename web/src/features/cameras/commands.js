// Asking a camera to do something, and waiting for what becomes of it.
import { commandOf, sendCommand } from "./api.js";
import { settled } from "../../lib/waiting.js";

const PACE = 1000;
const PATIENCE = 60_000;

export const send = (home, thing, command) => sendCommand({ home, thing }, command);

/** The command once the camera answered; "expired" when it did not in time, null when `stale()`. */
export async function outcome(home, thing, command, stale) {
  const ask = () => commandOf({ home, thing, command: command.id });
  const result = await settled(command, "sent", ask, { pace: PACE, patience: PATIENCE, stale });
  return result === undefined ? { ...command, state: "expired" } : result;
}
