// How it looks there now: a picture that is taken when somebody asks for it.
import { t, word } from "../../../lib/i18n.js";
import { outcome, send } from "../commands.js";
import { clockTime } from "../../../lib/time.js";
import { html, useEffect, useRef, useState } from "../../../lib/ui.js";
import { Icon } from "../../../parts/icon.js";
import { Notice, ProblemNotice } from "../../../parts/messages.js";
import { Picture } from "./picture.js";

/** Runs a command for a component; what came of an older one, or after it is gone, is dropped. */
export function useCommand(home, device) {
  const [state, setState] = useState({});
  const turn = useRef(0);
  useEffect(() => () => { turn.current += 1; }, []);
  const run = async (command) => {
    turn.current += 1;
    const mine = turn.current;
    const stale = () => mine !== turn.current;
    const show = (next) => stale() || setState(next);
    show({ busy: true, command });
    try {
      const sent = await send(home, device.id, command);
      const result = await outcome(home, device.id, sent, stale);
      if (result) show({ command, result });
    } catch (problem) {
      show({ command, problem });
    }
  };
  return { ...state, run, clear: () => { turn.current += 1; setState({}); } };
}

export const failure = (result) =>
  result.state === "expired" ? t("command.expired") : word("command", result.reason, "failed");

/** `asked`: at once, since somebody has asked already. */
export function Snapshot({ home, device, asked }) {
  const { busy, result, problem, run, clear } = useCommand(home, device);
  const [lost, setLost] = useState(null);
  const button = useRef();
  const picture = result?.state === "done" ? result.picture : null;
  const time = result && clockTime(result.at);
  const ask = () => {
    setLost(null);
    run({ action: "snapshot" });
  };
  useEffect(() => {
    if (!asked) return;
    button.current.focus();
    ask();
  }, []);
  return html`<div class="snapshot">
    <div aria-live="polite">
      ${picture && !lost && html`<figure>
        <${Picture} path=${picture} alt=${t("snapshot.alt", { name: device.name, time })} onProblem=${setLost} />
        <figcaption><span>${t("snapshot.at", { time })}</span><button type="button" class="link" onClick=${clear}><${Icon} name="close" />${t("snapshot.close")}</button></figcaption>
      </figure>`}
      ${result && !picture && html`<${Notice} tone="warn"><p>${failure(result)}</p><//>`}
      <${ProblemNotice} problem=${problem ?? lost} />
    </div>
    <button ref=${button} type="button" class="button primary wide" aria-disabled=${busy ? "true" : undefined} aria-label=${busy ? undefined : t(picture ? "snapshot.againOf" : "snapshot.askOf", { name: device.name })} onClick=${() => busy || ask()}>
      ${busy ? html`<span class="spinner" aria-hidden="true"></span>${t("snapshot.waiting")}`
        : html`<${Icon} name="camera" />${picture ? t("snapshot.again") : t("snapshot.ask")}`}
    </button>
  </div>`;
}
