// News for whoever is here, and how to ask (お知らせ・お問い合わせ).
import { dayWords, t } from "../../../lib/i18n.js";
import { useAnswer } from "../../../lib/data.js";
import { moment } from "../../../lib/time.js";
import { html } from "../../../lib/ui.js";
import { Phone } from "../../../parts/contact.js";
import { instead } from "../../../parts/instead.js";
import { Empty } from "../../../parts/messages.js";
import { Title } from "../../../parts/page.js";
import { contacts, newsList } from "../api.js";
import { piece } from "../links.js";
import { Marks } from "../parts/marks.js";

function Line({ one }) {
  return html`<li><a class=${`card news-line ${one.read ? "" : "unread"}`} href=${piece({ news: one.id })}>
    <strong dir="auto">${one.title}</strong>
    <span class="news-about"><time class="hint" dateTime=${one.since}>${moment(one.since, dayWords())}</time><${Marks} one=${one} /></span></a></li>`;
}

/** Every number of the house: the one for everything, and those for a matter. */
function Ask({ inquiry, others }) {
  return html`<section class="card" aria-labelledby="ask"><h2 id="ask">${t("news.ask")}</h2>
    <p><${Phone} number=${inquiry.phone} /><br /><span class="hint">${t("news.hours", { hours: inquiry.hours })}</span></p>
    ${others.length > 0 && html`<ul class="news-asks">${others.map((one) => html`<li>${one.about}
      ${(one.number ? [one.number] : Object.values(one.numbers)).map((number) => html` <${Phone} number=${number} />`)}</li>`)}</ul>`}</section>`;
}

export function News({ title }) {
  const answer = useAnswer(newsList.path());
  const numbers = useAnswer(contacts.path());
  const known = numbers.data || numbers.problem;
  const missing = instead({ ...answer, data: known && answer.data }, title);
  if (missing) return missing;
  const { news, inquiry } = answer.data;
  return html`<div class="narrow"><${Title}>${title}<//>
    ${news.length === 0 && html`<${Empty} icon="info" title=${t("news.none")} />`}
    <ul class="news">${news.map((one) => html`<${Line} key=${one.id} one=${one} />`)}</ul>
    <${Ask} inquiry=${inquiry} others=${numbers.data ?? []} /></div>`;
}
