// The room as it is now, moving; a picture instead where that does not work.
import { dayWords, t, word } from "../../../lib/i18n.js";
import { moment } from "../../../lib/time.js";
import { html, useEffect, useRef, useState } from "../../../lib/ui.js";
import { Icon } from "../../../parts/icon.js";
import { Notice, ProblemNotice } from "../../../parts/messages.js";
import { liveTerms } from "../../cameras/api.js";
import { watch } from "../live.js";
import { Snapshot } from "../../cameras/parts/snapshot.js";

const WATCHING = ["connecting", "live", "interrupted"];

function Looks({ looks }) {
  return html`<details class="looks"><summary>${t("live.looks")}</summary>
    <ul>${looks.map((look) => html`<li>${t(look.seen ? "live.looked" : "live.tried", { who: look.by ?? t("live.gone"), when: moment(look.at, dayWords()) })}</li>`)}</ul>
  </details>`;
}

export function Live({ home, device }) {
  const [state, setState] = useState({ is: "idle" });
  const [seen, setSeen] = useState(false);
  const [terms, setTerms] = useState(null);
  const end = useRef(null);
  const video = useRef(null);
  useEffect(() => {
    const left = () => document.hidden && end.current?.({ is: "ended", reason: "left" });
    document.addEventListener("visibilitychange", left);
    return () => {
      document.removeEventListener("visibilitychange", left);
      end.current?.();
    };
  }, []);
  useEffect(() => {
    if (video.current && state.stream) video.current.srcObject = state.stream;
  }, [state.stream]);
  const watching = WATCHING.includes(state.is);
  useEffect(() => {
    let gone = false;
    // What goes wrong here is said when somebody asks to look.
    if (!watching) liveTerms({ home, thing: device.id }).then((known) => gone || setTerms(known), () => {});
    return () => { gone = true; };
  }, [home, device.id, watching]);
  const begin = () => {
    setSeen(false);
    end.current = watch(home, device.id, setState, terms);
  };
  const status = state.is === "interrupted" ? "interrupted" : state.is === "live" && seen ? "on" : "connecting";
  return html`<section class="card live" aria-labelledby="live-title">
    <h2 id="live-title">${t("live.title")}</h2>
    ${watching && html`<div class="picture live-picture">
      <video ref=${video} autoplay muted playsinline aria-label=${t("live.alt", { name: device.name })} onPlaying=${() => setSeen(true)}></video>
    </div>`}
    <div role="status">
      ${watching && html`<p class=${`live-said ${status}`}>${status === "on" ? html`<span class="live-mark" aria-hidden="true"></span>` : html`<span class="spinner" aria-hidden="true"></span>`}${t(`live.${status}`)}</p>`}
      ${state.is === "ended" && html`<${Notice} icon="camera"><p>${word("liveend", state.reason)}</p><//>`}
      ${state.is === "failed" && html`<${Notice} tone="warn"><p>${word("unseen", state.reason)}</p><//>`}
    </div>
    ${state.is === "refused" && html`<${ProblemNotice} problem=${state.problem} />`}
    ${watching
      ? html`<button key="end" type="button" class="button outline wide" onClick=${() => end.current()}><${Icon} name="close" />${t("live.end")}</button>`
      : html`<button key="begin" type="button" class="button primary wide" onClick=${begin}><${Icon} name="camera" />${t(state.is === "idle" ? "live.begin" : "live.again")}</button>`}
    ${state.is === "failed" && html`<p class="hint">${t("live.instead")}</p><${Snapshot} home=${home} device=${device} />`}
    ${terms?.looks.length > 0 && html`<${Looks} looks=${terms.looks} />`}
  </section>`;
}
