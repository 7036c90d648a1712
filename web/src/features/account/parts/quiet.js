// When somebody is not told what can wait: hours of every day, and one hour from now.
import { useAnswer } from "../../../lib/data.js";
import { dayWords, t } from "../../../lib/i18n.js";
import { deadline } from "../../../lib/time.js";
import { html, useState } from "../../../lib/ui.js";
import { Form, Input } from "../../../parts/fields.js";
import { Notice, ProblemNotice, say } from "../../../parts/messages.js";
import { chooseQuiet, mute, quietOf, unmute } from "../api.js";

const USUAL = { start: "22:00", end: "07:00" };

export function Quiet() {
  const { data, put, reload, problem: unread } = useAnswer(quietOf.path(), { every: 60_000 });
  const [wanted, want] = useState(null);
  const [problem, setProblem] = useState(null);
  const [busy, setBusy] = useState(false);
  const tried = async (work, done) => {
    setProblem(null);
    setBusy(true);
    try {
      put(await work());
      say(t(done));
    } catch (error) {
      setProblem(error);
    }
    setBusy(false);
  };
  if (!data) return unread && html`<${ProblemNotice} problem=${unread} retry=${reload} />`;
  const words = dayWords();
  const hours = wanted ?? Boolean(data.hours);
  const save = (event) => {
    event.preventDefault();
    const { start, end } = event.target.elements;
    const chosen = hours ? { start: start.value, end: end.value } : null;
    tried(() => chooseQuiet({}, { hours: chosen }), "quiet.saved");
  };
  return html`<section class="card account" aria-labelledby="quiet"><h2 id="quiet">${t("quiet.title")}</h2>
    <p>${t("quiet.lead")}</p>
    <div aria-live="polite">${data.until && html`<${Notice} title=${t("quiet.now", { until: deadline(data.until, words) })}>
      <p>${data.held > 0 ? t("quiet.held", { n: data.held }) : t("quiet.none")}</p><//>`}
      ${!data.until && data.held > 0 && html`<${Notice}><p>${t("quiet.soon", { n: data.held })}</p><//>`}</div>
    ${problem && !problem.errors?.length && html`<${ProblemNotice} problem=${problem} />`}
    ${data.muted_until
      ? html`<button type="button" class="button outline wide" disabled=${busy} onClick=${() => tried(unmute, "quiet.unmuted")}>${t("quiet.unmute")}</button>`
      : html`<button type="button" class="button outline wide" disabled=${busy} onClick=${() => tried(mute, "quiet.muted")}>${t("quiet.mute")}</button>`}
    <p class="hint">${t("quiet.muteHint")}</p>
    <${Form} problem=${problem} places=${{ "hours.start": "start", "hours.end": "end" }} onSubmit=${save}>
      <label class="check"><input type="checkbox" name="daily" checked=${hours} onChange=${(event) => want(event.target.checked)} /><span>${t("quiet.daily")}</span></label>
      ${hours && html`<div class="from-to">
        <${Input} name="start" type="time" required label=${t("quiet.start")} value=${data.hours?.start ?? USUAL.start} />
        <${Input} name="end" type="time" required label=${t("quiet.end")} value=${data.hours?.end ?? USUAL.end} /></div>
        <p class="hint">${t("quiet.clock")}</p>`}
      <button type="submit" class="button primary wide" disabled=${busy}>${t("quiet.save")}</button>
    <//></section>`;
}
