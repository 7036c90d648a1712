// What a piece of news says, to whom and when, as it is written and corrected.
import { t, word } from "../../../lib/i18n.js";
import { now } from "../../../lib/clock.js";
import { useAnswer } from "../../../lib/data.js";
import { DAY } from "../../../lib/time.js";
import { html, useState } from "../../../lib/ui.js";
import { Check, Form, Input, Radios, Select } from "../../../parts/fields.js";
import { ProblemNotice } from "../../../parts/messages.js";
import { products } from "../api.js";

const JAPAN = 9 * 3_600_000;
const CENTRES = ["east", "tokyo", "west"];
const SHOWN_FOR = 14 * DAY;

/** An instant as the field for it has it, by the clock of Japan; and back. */
const inField = (instant) => new Date(new Date(instant).getTime() + JAPAN).toISOString().slice(0, 16);
const ofField = (text) => `${text}:00+09:00`;

const PLACES = Object.fromEntries([
  ...["ja.title", "ja.text", "en.title", "en.text"].map((place) => [place, place.replace(".", "-")]),
  ["audience", "to"], ["audience.product", "product"], ["audience.centre", "centre"],
].flatMap(([place, name]) => [[place, name], [`content.${place}`, name]]));

/** The content that a form says, as the API takes it. */
function said(form) {
  const value = (name) => form.elements[name]?.value.trim() ?? "";
  const to = value("to");
  const english = { title: value("en-title"), text: value("en-text") };
  return {
    ja: { title: value("ja-title"), text: value("ja-text") },
    en: english.title || english.text ? english : null,
    audience: { to, ...(to === "everyone" ? {} : { [to]: value(to) }) },
    starts: ofField(value("starts")),
    ends: ofField(value("ends")),
    urgent: form.elements.urgent.checked,
  };
}

/** The centres that somebody speaks for: null where it is all of them, and everybody else. */
export function centresOf({ groups }) {
  if (groups.includes("operator") || groups.includes("admin")) return null;
  return CENTRES.filter((one) => groups.includes(`operator-${one}`));
}

/** `content`: what stands, if anything; `onSend(content, form)` sends it. `children`: more fields. */
export function ContentForm({ me, content, problem, busy, send, onSend, draft, children }) {
  const mine = centresOf(me);
  const [to, setTo] = useState(content?.audience.to ?? (mine ? "centre" : "everyone"));
  const { data: sold } = useAnswer(to === "product" ? products.path() : null);
  const audiences = mine ? ["centre"] : ["everyone", "product", "centre"];
  const submit = (event) => {
    event.preventDefault();
    onSend(said(event.target), event.target);
  };
  return html`<${Form} class="card" draft=${draft} problem=${problem} places=${PLACES} onSubmit=${submit}>
    <${Input} name="ja-title" required maxlength="80" value=${content?.ja.title} label=${t("newsdesk.jaTitle")} lang="ja" />
    <${Input} name="ja-text" area required rows="6" maxlength="4000" defaultValue=${content?.ja.text} label=${t("newsdesk.jaText")} lang="ja" hint=${t("newsdesk.plain")} />
    <${Input} name="en-title" maxlength="80" value=${content?.en?.title} label=${t("newsdesk.enTitle")} lang="en" />
    <${Input} name="en-text" area rows="6" maxlength="4000" defaultValue=${content?.en?.text} label=${t("newsdesk.enText")} lang="en" />
    <${Radios} name="to" legend=${t("newsdesk.to")} chosen=${to} onChange=${setTo} options=${audiences.map((one) => [one, t(`newsdesk.to-${one}`)])} />
    ${to === "product" && html`<${Select} name="product" label=${t("newsdesk.product")} chosen=${content?.audience.product} options=${(sold ?? []).map((one) => [one.product, one.name])} />`}
    ${to === "centre" && html`<${Select} name="centre" label=${t("newsdesk.centre")} chosen=${content?.audience.centre} options=${(mine ?? CENTRES).map((one) => [one, word("newscentre", one)])} />`}
    <${Input} name="starts" type="datetime-local" required value=${inField(content?.starts ?? now())} label=${t("newsdesk.starts")} />
    <${Input} name="ends" type="datetime-local" required value=${inField(content?.ends ?? now() + SHOWN_FOR)} label=${t("newsdesk.ends")} />
    <${Check} name="urgent" label=${t("newsdesk.urgent")} defaultChecked=${content?.urgent} />
    ${children}
    <${ProblemNotice} problem=${problem} />
    <button type="submit" class="button primary wide" disabled=${busy}>${send}</button><//>`;
}
