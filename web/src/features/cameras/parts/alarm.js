// A sound in the home, asked for from afar: only after a question, and it can be stopped.
import { t } from "../../../lib/i18n.js";
import { html, useEffect, useRef, useState } from "../../../lib/ui.js";
import { Dialog } from "../../../parts/dialog.js";
import { Icon } from "../../../parts/icon.js";
import { Notice, ProblemNotice } from "../../../parts/messages.js";
import { failure, useCommand } from "./snapshot.js";

const SECONDS = 30;
const SOUNDS = ["alarm", "voice"];

/** `asked`: the question stands at once, since somebody has pressed already. */
export function Alarm({ home, device, asked }) {
  const { busy, command, result, problem, run, clear } = useCommand(home, device);
  const [asking, ask] = useState(false);
  const button = useRef();
  useEffect(() => {
    if (!asked) return;
    button.current.focus(); // where the focus returns to
    ask(true);
  }, []);
  const [over, setOver] = useState(false);
  const stopping = command?.action === "stop";
  const sounding = result?.state === "done" && !stopping && !over;

  useEffect(() => {
    if (!sounding) return undefined;
    const timer = setTimeout(() => setOver(true), SECONDS * 1000);
    return () => clearTimeout(timer);
  }, [sounding, result]);

  const start = (form) => {
    ask(false);
    setOver(false);
    run({ action: form.get("sound"), seconds: SECONDS });
  };
  const stop = () => run({ action: "stop" });
  const failed = result && result.state !== "done";
  const said = busy ? (stopping ? t("alarm.stopping") : t("alarm.sent"))
    : sounding ? t("alarm.on")
    : result?.state === "done" ? (stopping ? t("alarm.stopped") : t("alarm.over")) : null;
  // As long as it may be sounding, stopping is the thing to offer.
  const mayStop = sounding || (busy && !stopping) || (stopping && (busy || failed || problem));

  return html`<div class="alarm">
    <div aria-live="assertive">
      ${said && html`<p class=${`alarm-said ${sounding ? "on" : ""}`}><${Icon} name="bell" />${said}</p>`}
      ${failed && html`<${Notice} tone="warn"><p>${failure(result)}</p><//>`}
      <${ProblemNotice} problem=${problem} />
    </div>
    ${mayStop
      ? html`<button type="button" class="button danger wide" aria-disabled=${busy && stopping ? "true" : undefined} onClick=${() => (busy && stopping) || stop()}>${t("alarm.stop")}</button>`
      : html`<button ref=${button} type="button" class="button outline wide" aria-label=${t("alarm.askOf", { name: device.name })} onClick=${() => { clear(); ask(true); }}><${Icon} name="bell" />${t("alarm.ask")}</button>`}
    ${asking && html`<${Dialog} title=${t("alarm.title", { name: device.name })} confirm=${t("alarm.confirm")} danger onConfirm=${start} onClose=${() => ask(false)}>
      <p>${t("alarm.text")}</p>
      <fieldset class="choices"><legend>${t("alarm.sound")}</legend>
        ${SOUNDS.map((sound) => html`<label class="choice"><input type="radio" name="sound" value=${sound} defaultChecked=${sound === SOUNDS[0]} /><span>${t(`alarm.${sound}`)}</span></label>`)}
      </fieldset>
    <//>`}
  </div>`;
}
