// 緊急連絡者名簿: whom to call, who lives there, what an ambulance crew is told.
import { t } from "../../../lib/i18n.js";
import { useAnswer } from "../../../lib/data.js";
import { html, useState } from "../../../lib/ui.js";
import { filled, Form, Input } from "../../../parts/fields.js";
import { instead } from "../../../parts/instead.js";
import { ProblemNotice, say } from "../../../parts/messages.js";
import { Back, Title } from "../../../parts/page.js";
import { contactsOf, putContacts } from "../api.js";
import { security } from "../links.js";

const MOST = 10;
const lines = (prefix, fields, count) => Array.from({ length: count }, (_, n) => fields.map((field) => [field, `${prefix}-${n}-${field}`]));

/** The rows of a list that were filled in: those with a name. */
function rows(form, prefix, fields, count) {
  return lines(prefix, fields, count)
    .map((row) => Object.fromEntries(row.map(([field, name]) => [field, form.elements[name].value.trim()])))
    .filter(({ name }) => name);
}

export function ContactsPage({ home, title }) {
  const answer = useAnswer(contactsOf.path({ home }));
  const [problem, setProblem] = useState(null);
  const [more, setMore] = useState(0);
  const missing = instead(answer, title);
  if (missing) return missing;
  const known = answer.data;
  const count = Math.min(MOST, Math.max(2, known.contacts.length + 1) + more);
  const people = Math.max(1, known.residents.length + 1);
  const files = Math.max(1, known.medical.length + 1);
  const places = Object.fromEntries(["contacts", "residents", "medical"].flatMap((list) => Array.from({ length: MOST }, (_, n) => ["name", "phone", "relation"].map((field) => [`${list}.${n}.${field}`, `${list}-${n}-${field}`])).flat()));
  const submit = async (event) => {
    event.preventDefault();
    const form = event.target;
    const { phone = "", password } = filled(form, ["phone", "password"]);
    setProblem(null);
    try {
      answer.put(await putContacts({ home }, {
        phone,
        ...(password ? { password } : {}),
        contacts: rows(form, "contacts", ["name", "phone", "relation"], count),
        residents: rows(form, "residents", ["name", "relation"], people),
        medical: rows(form, "medical", ["name", "illnesses", "hospital"], files),
      }));
      say(t("app.saved"));
    } catch (error) {
      setProblem(error);
    }
  };
  return html`<div class="narrow"><${Back} href=${security({ home })}>${t("security.title")}<//>
    <${Title}>${t("contacts.title")}<//>
    <${Form} key=${JSON.stringify(known)} problem=${problem} places=${places} onSubmit=${submit}>
      <section class="card"><h2>${t("contacts.home")}</h2>
        <${Input} name="phone" type="tel" maxlength="20" value=${known.phone} label=${t("contacts.homePhone")} />
        <${Input} name="password" maxlength="40" label=${t("contacts.password")} hint=${known.has_password ? t("contacts.passwordKept") : t("contacts.passwordHint")} /></section>
      <section class="card"><h2>${t("contacts.people")}</h2><p class="hint">${t("contacts.peopleHint")}</p>
        ${lines("contacts", ["name", "phone", "relation"], count).map((row, n) => html`<fieldset class="row-of"><legend>${t("contacts.nth", { n: n + 1 })}</legend>
          ${row.map(([field, name]) => html`<${Input} key=${name} name=${name} type=${field === "phone" ? "tel" : "text"} maxlength="60" value=${known.contacts[n]?.[field]} label=${t(`contacts.${field}`)} />`)}</fieldset>`)}
        ${count < MOST && html`<button type="button" class="button quiet" onClick=${() => setMore(more + 1)}>${t("contacts.more")}</button>`}</section>
      <section class="card"><h2>${t("contacts.residents")}</h2>
        ${lines("residents", ["name", "relation"], people).map((row, n) => html`<fieldset class="row-of"><legend>${t("contacts.nthPerson", { n: n + 1 })}</legend>
          ${row.map(([field, name]) => html`<${Input} key=${name} name=${name} maxlength="60" value=${known.residents[n]?.[field]} label=${t(`contacts.${field}`)} />`)}</fieldset>`)}</section>
      <section class="card"><h2>${t("contacts.medical")}</h2><p class="hint">${t("contacts.medicalHint")}</p>
        ${lines("medical", ["name", "illnesses", "hospital"], files).map((row, n) => html`<fieldset class="row-of"><legend>${t("contacts.nthPerson", { n: n + 1 })}</legend>
          ${row.map(([field, name]) => html`<${Input} key=${name} name=${name} maxlength="200" value=${known.medical[n]?.[field]} label=${t(`contacts.${field}`)} />`)}</fieldset>`)}</section>
      <${ProblemNotice} problem=${problem} />
      <button type="submit" class="button primary wide">${t("contacts.save")}</button><//></div>`;
}
