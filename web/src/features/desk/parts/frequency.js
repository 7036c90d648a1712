// Whether somebody asks so often that the person is phoned first: an operator decides, until a day.
import { t } from "../../../lib/i18n.js";
import { useAnswer } from "../../../lib/data.js";
import { dayAfter, dayStart, fullDay, today } from "../../../lib/time.js";
import { html, useState } from "../../../lib/ui.js";
import { Dialog } from "../../../parts/dialog.js";
import { Input } from "../../../parts/fields.js";
import { ProblemNotice, say } from "../../../parts/messages.js";
import { frequencyOf, judgeFrequent, pardonFrequent } from "../api.js";

const USUAL_DAYS = 30;

export function Frequency({ contract }) {
  const { data, put } = useAnswer(frequencyOf.path({ contract }));
  const [asking, setAsking] = useState(false);
  const [problem, setProblem] = useState(null);
  if (!data) return null;
  const change = async (send, body) => {
    setProblem(null);
    setAsking(false);
    try {
      put(await send({ contract }, body));
      say(t("app.saved"));
    } catch (error) {
      setProblem(error);
    }
  };
  const judged = (form) => change(judgeFrequent, {
    until: new Date(dayStart(dayAfter(form.get("until"), 1))).toISOString(),
    reason: form.get("reason"),
  });
  return html`<section class="card case" aria-labelledby="frequency"><h2 id="frequency">${t("often.title")}</h2>
    <p>${t("often.count", { n: data.requests, days: data.days })}${data.remarkable && ` ${t("often.remarkable")}`}</p>
    ${data.judged_until && html`<p><strong>${t("often.judged", { day: fullDay(Date.parse(data.judged_until) - 1) })}</strong></p>`}
    ${data.judged_until
      ? html`<button type="button" class="button quiet" onClick=${() => change(pardonFrequent)}>${t("often.pardon")}</button>`
      : html`<button type="button" class="button quiet" onClick=${() => setAsking(true)}>${t("often.judge")}</button>`}
    <${ProblemNotice} problem=${problem} />
    ${asking && html`<${Dialog} title=${t("often.judge")} confirm=${t("case.confirm")} onConfirm=${judged} onClose=${() => setAsking(false)}>
      <${Input} name="until" type="date" required min=${today()} value=${dayAfter(today(), USUAL_DAYS)} label=${t("often.until")} />
      <${Input} name="reason" area required label=${t("answer.reason")} />
    <//>`}
  </section>`;
}
