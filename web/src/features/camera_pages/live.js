// Looking at a camera live. The offer and its answer go through the API; the picture comes straight
// from the camera.
import { Problem } from "../../lib/http.js";
import { askLive, liveAnswer, liveTerms } from "../cameras/api.js";
import { pause, settled } from "../../lib/waiting.js";

const GATHERED = 1500; // ms that addresses are looked for; what is found by then is offered
const PACE = 120;
const PATIENCE = 30_000;
const CONNECTED = 15_000;

const gathered = (connection) => new Promise((resolve) => {
  const look = () => connection.iceGatheringState === "complete" && resolve();
  connection.addEventListener("icegatheringstatechange", look);
  setTimeout(resolve, GATHERED);
  look();
});

/** The session once the camera answered, or did not; null when `stale()`. */
async function answered(home, thing, session, stale) {
  const ask = () => liveAnswer({ home, thing, session: session.id });
  const result = await settled(session, "asked", ask, { pace: PACE, patience: PATIENCE, stale });
  return result === undefined ? { ...session, state: "failed", reason: "no-answer" } : result;
}

/**
 * Looks at a camera; `tell` hears every change: {is: "connecting", "live" or "interrupted", stream},
 * and once, at the end, {is: "ended" or "failed", reason}, {is: "refused", problem} or {is: "idle"}.
 * `known` are the terms, where they were asked for before. Gives `end(state)`, after which nothing more comes from the camera.
 */
export function watch(home, thing, tell, known = null) {
  let connection = null;
  let stream = null;
  let over = false;
  const end = (state = { is: "idle" }) => {
    if (over) return;
    over = true;
    connection?.close();
    tell(state);
  };
  const changed = () => {
    if (over) return;
    const now = connection.connectionState;
    if (now === "connected") tell({ is: "live", stream });
    else if (now === "disconnected") tell({ is: "interrupted", stream });
    else if (now === "failed" || now === "closed") end(stream ? { is: "ended", reason: "lost" } : { is: "failed", reason: "no-connection" });
  };
  const begin = async () => {
    if (!globalThis.RTCPeerConnection) return end({ is: "failed", reason: "unsupported" });
    const terms = known && !known.relay ? known : await liveTerms({ home, thing }); // a credential ends
    if (over) return undefined;
    connection = new RTCPeerConnection({ iceServers: terms.ice_servers.map((urls) => ({ urls, ...(urls.startsWith("turn") ? terms.relay : {}) })) });
    const { receiver } = connection.addTransceiver("video", { direction: "recvonly" });
    receiver.jitterBufferTarget = 0; // as it is now, not as smooth as can be
    connection.createDataChannel("live").addEventListener("message", ({ data }) => end({ is: "ended", reason: JSON.parse(data).ended }));
    connection.addEventListener("track", ({ track }) => { stream = new MediaStream([track]); });
    connection.addEventListener("connectionstatechange", changed);
    await connection.setLocalDescription();
    await gathered(connection);
    if (over) return undefined;
    const asked = await askLive({ home, thing }, { offer: connection.localDescription.sdp });
    const said = await answered(home, thing, asked, () => over);
    if (over) return undefined;
    if (said.state === "failed") return end({ is: "failed", reason: said.reason });
    await connection.setRemoteDescription({ type: "answer", sdp: said.answer });
    await pause(CONNECTED);
    if (!over && connection.connectionState === "connecting") end({ is: "failed", reason: "no-connection" });
    return undefined;
  };
  tell({ is: "connecting" });
  begin().catch((problem) => end(problem instanceof Problem ? { is: "refused", problem } : { is: "failed", reason: "error" }));
  return end;
}
