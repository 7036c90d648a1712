// What a watcher wants to be told, and what the contractor sets for the home.
import { t } from "../../../lib/i18n.js";
import { useAnswer } from "../../../lib/data.js";
import { html, useState } from "../../../lib/ui.js";
import { Form, Radios, Select } from "../../../parts/fields.js";
import { ProblemNotice, say } from "../../../parts/messages.js";
import { prefer, preferencesOf, setSite } from "../api.js";

const TIMES = 3; // that the page offers; the API takes six
const HALF_HOURS = Array.from({ length: 48 }, (_, n) => `${String(n >> 1).padStart(2, "0")}:${n % 2 ? "30" : "00"}`);
const DAYTIME = [4, 6, 8, 10, 12];
const ANY_TIME = [3, 6, 9, 12, 18, 24, 48, 72];
const EVERY = [6, 12, 24];

/** Hours to choose from, with those that are set, and with "not at all". */
function hours(offered, set, none) {
  const all = [...new Set([...offered, ...(set ? [set] : [])])].sort((a, b) => a - b);
  return [...(none ? [["", t(none)]] : []), ...all.map((n) => [String(n), t("prefer.hours", { n })])];
}

const times = (set) => [["", t("prefer.none")], ...[...new Set([...HALF_HOURS, set].filter(Boolean))].sort().map((at) => [at, at])];

/** Sends a form, says that it is kept, or shows why not. */
function useSending(send) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState(null);
  const submit = async (event) => {
    event.preventDefault();
    setBusy(true);
    setProblem(null);
    try {
      await send(new FormData(event.target));
      say(t("prefer.kept"));
    } catch (error) {
      setProblem(error);
    }
    setBusy(false);
  };
  return { busy, problem, submit };
}

function Mine({ home, data, put }) {
  const { preferences: mine } = data;
  const number = (form, name) => (form.get(name) ? Number(form.get(name)) : null);
  const { busy, problem, submit } = useSending(async (form) => put(await prefer({ home }, {
    absence_hours: number(form, "absence_hours"),
    stillness_hours: number(form, "stillness_hours"),
    every_hours: number(form, "every_hours"),
    times: [...new Set([...form.getAll("times").filter(Boolean), ...mine.times.slice(TIMES)])],
  })));
  const chosen = (n) => (mine.times[n] ?? "").slice(0, 5);
  return html`<${Form} problem=${problem} onSubmit=${submit} class="prefer">
    <${Select} name="absence_hours" label=${t("prefer.absence")} options=${hours(ANY_TIME, mine.absence_hours, "prefer.never")} chosen=${String(mine.absence_hours ?? "")} />
    <${Select} name="stillness_hours" label=${t("prefer.stillness")} options=${hours(DAYTIME, mine.stillness_hours, "prefer.never")} chosen=${String(mine.stillness_hours ?? "")} />
    <${Select} name="every_hours" label=${t("prefer.every")} options=${hours(EVERY, mine.every_hours, "prefer.none")} chosen=${String(mine.every_hours ?? "")} />
    <fieldset class="prefer-times"><legend>${t("prefer.times")}</legend>
      ${data.carries_times
        ? Array.from({ length: TIMES }, (_, n) => html`<div class="field"><select name="times" aria-label=${t("prefer.time", { n: n + 1 })}>${times(chosen(n)).map(([value, words]) => html`<option value=${value} selected=${value === chosen(n)}>${words}</option>`)}</select></div>`)
        : html`<p class="hint">${t("prefer.noTimes")}</p>`}
    </fieldset>
    <${ProblemNotice} problem=${problem} />
    <button type="submit" class="button primary" disabled=${busy}>${t("prefer.keep")}</button>
  <//>`;
}

function Site({ home, data, put }) {
  const { busy, problem, submit } = useSending(async (form) => put(await setSite({ home }, {
    line: form.get("line"),
    rhythm_hours: Number(form.get("rhythm_hours") ?? data.site.rhythm_hours),
  })));
  return html`<${Form} problem=${problem} onSubmit=${submit} class="prefer">
    <h3>${t("prefer.site")}</h3>
    <${Radios} name="line" legend=${t("prefer.line")} options=${[["internet", t("prefer.internet")], ["telephone", t("prefer.telephone")]]} chosen=${data.site.line} />
    ${data.rhythm && html`<${Select} name="rhythm_hours" label=${t("prefer.rhythm")} options=${hours(ANY_TIME, data.site.rhythm_hours)} chosen=${String(data.site.rhythm_hours)} />`}
    <${ProblemNotice} problem=${problem} />
    <button type="submit" class="button quiet" disabled=${busy}>${t("prefer.keep")}</button>
  <//>`;
}

export function Preferences({ home, contractor }) {
  const { data, put } = useAnswer(preferencesOf.path({ home }));
  if (!data) return null;
  return html`<section class="card activity-prefer" aria-labelledby="activity-prefer">
    <details><summary><h2 id="activity-prefer">${t("prefer.title")}</h2></summary>
      <${Mine} home=${home} data=${data} put=${put} />
      ${contractor && html`<${Site} home=${home} data=${data} put=${put} />`}
    </details>
  </section>`;
}
