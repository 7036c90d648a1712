// The desk's list of news: what is shown, what will be, what was.
import { dayWords, t } from "../../../lib/i18n.js";
import { useAnswer } from "../../../lib/data.js";
import { deadline, moment } from "../../../lib/time.js";
import { html, useState } from "../../../lib/ui.js";
import { Icon } from "../../../parts/icon.js";
import { Hidden, instead } from "../../../parts/instead.js";
import { Empty } from "../../../parts/messages.js";
import { Back, Title } from "../../../parts/page.js";
import { isOperator } from "../../desk/parts/who.js";
import { desk } from "../../desk/links.js";
import { deskNews } from "../api.js";
import { newsFile, writeNews } from "../links.js";
import { standing, whom } from "../parts/standing.js";

const PAGE = 50; // pieces in one answer of the API

function Line({ one }) {
  const { ja, urgent, starts, ends } = one.content;
  return html`<li><a class=${`card task ${urgent && one.shown_now ? "late" : ""}`} href=${newsFile({ news: one.id })}>
    <strong dir="auto" lang="ja">${ja.title}</strong>
    <span class=${`pill ${one.shown_now ? "" : "waiting"}`}>${t(`newsdesk.is-${standing(one)}`)}</span>
    ${urgent && html`<span class="mark late"><${Icon} name="warn" />${t("news.urgent")}</span>`}
    <span class="hint">${whom(one.content.audience)} ${t("newsdesk.span", { from: moment(starts, dayWords()), until: deadline(ends, dayWords()) })}</span></a></li>`;
}

export function NewsDesk({ me, title }) {
  const mine = isOperator(me);
  const answer = useAnswer(mine ? deskNews.path() : null);
  const [more, setMore] = useState([]);
  const [whole, setWhole] = useState(false);
  if (!mine) return html`<${Hidden} />`;
  const missing = instead(answer, title);
  if (missing) return missing;
  const all = [...answer.data, ...more];
  const next = async () => {
    const found = await deskNews({ before: all.at(-1).id }).catch(() => null);
    if (!found) return;
    setMore([...more, ...found]);
    setWhole(found.length < PAGE);
  };
  return html`<div class="narrow"><${Back} href=${desk()}>${t("newsdesk.back")}<//>
    <${Title}>${title}<//>
    <a class="button primary wide" href=${writeNews()}><${Icon} name="plus" />${t("newsdesk.new")}</a>
    ${all.length === 0 && html`<${Empty} icon="info" title=${t("newsdesk.none")} />`}
    <ul class="tasks">${all.map((one) => html`<${Line} key=${one.id} one=${one} />`)}</ul>
    ${answer.data.length >= PAGE && !whole && html`<button type="button" class="button quiet" onClick=${next}>${t("newsdesk.more")}</button>`}</div>`;
}
