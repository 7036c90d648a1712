// Homes whose controller is silent (通信断): whom to phone, and who has phoned.
import { dayWords, t } from "../../../lib/i18n.js";
import { useAnswer } from "../../../lib/data.js";
import { moment } from "../../../lib/time.js";
import { html, useState } from "../../../lib/ui.js";
import { Form, Input } from "../../../parts/fields.js";
import { instead } from "../../../parts/instead.js";
import { Empty, ProblemNotice, say } from "../../../parts/messages.js";
import { Back, Title } from "../../../parts/page.js";
import { phonedSilent, silentHomes } from "../api.js";
import { desk } from "../links.js";

const PACE = 15_000;

function SilentHome({ one, onDone }) {
  const [problem, setProblem] = useState(null);
  const place = `said-${one.home}`;
  const submit = async (event) => {
    event.preventDefault();
    const said = event.target.elements[place].value.trim();
    setProblem(null);
    try {
      onDone(await phonedSilent({ site: one.home }, { said }));
      say(t("app.saved"));
    } catch (error) {
      setProblem(error);
    }
  };
  const phones = [{ name: t("silent.home"), phone: one.phone }, ...one.contacts].filter(({ phone }) => phone);
  return html`<li class="card"><h2>${one.name}</h2>
    <p>${t("silent.since", { when: moment(one.heard_at, dayWords()) })} ${one.armed && html`<strong>${t("silent.armed")}</strong>`}</p>
    <ul class="lines">${phones.map(({ name, phone }) => html`<li>${name} <a href=${`tel:${phone}`}>${phone}</a></li>`)}</ul>
    ${one.called_at && html`<p class="hint">${t("silent.called", { when: moment(one.called_at, dayWords()), said: one.said })}</p>`}
    <${Form} problem=${problem} places=${{ said: place }} onSubmit=${submit}>
      <${Input} name=${place} required maxlength="500" label=${t("silent.said")} />
      <${ProblemNotice} problem=${problem} />
      <button type="submit" class="button outline wide">${t("silent.phoned")}</button><//></li>`;
}

export function Silent({ title }) {
  const answer = useAnswer(silentHomes.path(), { every: PACE });
  const missing = instead(answer, title);
  if (missing) return missing;
  const { count, homes } = answer.data;
  return html`<div class="narrow"><${Back} href=${desk()}>${t("desk.title")}<//>
    <${Title}>${t("silent.title", { n: count })}<//>
    <p>${t("silent.text")}</p>
    ${count === 0 && html`<${Empty} icon="check" title=${t("silent.none")} />`}
    <ul class="tasks">${homes.map((one) => html`<${SilentHome} key=${one.home} one=${one} onDone=${answer.put} />`)}</ul>
    ${count > homes.length && html`<p class="hint">${t("silent.more", { n: count - homes.length })}</p>`}</div>`;
}
