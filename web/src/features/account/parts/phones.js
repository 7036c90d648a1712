// The browsers that are told, and whether this one is.
import { useAnswer } from "../../../lib/data.js";
import { dayWords, t } from "../../../lib/i18n.js";
import { moment } from "../../../lib/time.js";
import { html, useEffect, useState } from "../../../lib/ui.js";
import { Notice } from "../../../parts/messages.js";
import { chooseWay, phonesOf, removePhone } from "../../login/api.js";
import { pushState, thisPhone, turnOff, turnOn } from "../../login/parts/push.js";

export function Phones() {
  const { data, put, reload } = useAnswer(phonesOf.path());
  const [here, setHere] = useState({ state: null, phone: null });
  const [problem, setProblem] = useState(null);
  const [busy, setBusy] = useState(false);
  const look = async () => setHere({ state: await pushState(), phone: await thisPhone() });
  useEffect(() => { look(); }, []);
  const tried = (work) => async () => {
    setProblem(null);
    setBusy(true);
    try {
      await work();
    } catch (error) {
      setProblem(error.detail || t("phones.failed"));
    }
    await look();
    setBusy(false);
  };
  const on = tried(async () => {
    const answer = await turnOn(data.key);
    if (answer) put(answer);
  });
  const off = tried(async () => {
    await turnOff();
    await reload();
  });
  const remove = (phone) => tried(async () => {
    if (phone === here.phone) await turnOff();
    else await removePhone({ phone });
    await reload();
  });
  const choose = (event) => {
    const way = event.target.checked ? "phone" : "mail";
    tried(async () => put(await chooseWay({}, { way })))();
  };
  if (!data?.key || !here.state) return null;
  const words = dayWords();
  return html`<section class="card account" aria-labelledby="phones"><h2 id="phones">${t("phones.title")}</h2>
    <p>${t("phones.lead")}</p>
    <div aria-live="assertive">${problem && html`<${Notice} tone="error"><p>${problem}</p><//>`}</div>
    ${here.state === "on" && html`<p><span class="pill">${t("phones.on")}</span></p>
      <button type="button" class="button outline wide" disabled=${busy} onClick=${off}>${t("phones.turnOff")}</button>`}
    ${here.state === "off" && html`<button type="button" class="button primary wide" disabled=${busy} onClick=${on}>${t("phones.turnOn")}</button>`}
    ${!["on", "off"].includes(here.state) && html`<${Notice} tone="warn"><p>${t(`phones.${here.state}`)}</p><//>`}
    ${data.phones.length > 0 && html`<h3>${t("phones.list")}</h3><ul>
      ${data.phones.map((one) => html`<li key=${one.id}>${one.name}${one.id === here.phone && ` (${t("phones.this")})`}
        <br />${t("phones.seen", { when: moment(one.seen_at, words) })}
        <button type="button" class="link" disabled=${busy} aria-label=${t("phones.removeOne", { name: one.name })} onClick=${remove(one.id)}>${t("phones.remove")}</button></li>`)}</ul>
      <label class="check"><input type="checkbox" checked=${data.way === "phone"} disabled=${busy} onChange=${choose} /><span>${t("phones.way")}</span></label>`}
  </section>`;
}
