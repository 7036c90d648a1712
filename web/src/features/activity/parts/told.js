// What lasts and was told to the family: one says that they look after it, and all know.
import { dayWords, t, word } from "../../../lib/i18n.js";
import { useAnswer } from "../../../lib/data.js";
import { KEPT } from "../../../lib/http.js";
import { moment } from "../../../lib/time.js";
import { html, useState } from "../../../lib/ui.js";
import { Notice, ProblemNotice, say } from "../../../parts/messages.js";
import { acknowledge, noticesOf } from "../api.js";

const PACE = 60_000;
const when = (instant) => moment(instant, dayWords());

function One({ home, one, onDone }) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState(null);
  const [kept, keep] = useState(false);
  const mine = async () => {
    setBusy(true);
    setProblem(null);
    try {
      const said = await acknowledge({ home, topic: one.topic, number: one.number });
      say(t(said === KEPT ? "app.sentLater" : "told.said"));
      if (said === KEPT) keep(true);
      onDone();
    } catch (error) {
      setProblem(error);
    }
    setBusy(false);
  };
  return html`<${Notice} tone="warn" title=${word("told", one.topic)}>
    <p>${t("now.since", { when: when(one.since) })}</p>
    ${one.acknowledged_by
      ? html`<p class="told-by">${t("told.by", { name: one.acknowledged_by, when: when(one.acknowledged_at) })}</p>`
      : kept ? html`<p>${t("app.sentLater")}</p>`
      : one.told_me && html`<p>${t("told.ask")}</p><button type="button" class="button primary" disabled=${busy} onClick=${mine}>${t("told.mine")}</button>`}
    <${ProblemNotice} problem=${problem} />
  <//>`;
}

export function Told({ home }) {
  const { data, reload } = useAnswer(noticesOf.path({ home }), { every: PACE });
  const lasting = data?.notices.filter(({ over }) => over === null) ?? [];
  if (!lasting.length) return null;
  return html`<section class="activity-told" aria-label=${t("told.lasting")}>${lasting.map((one) => html`<${One} key=${one.topic} home=${home} one=${one} onDone=${reload} />`)}</section>`;
}
