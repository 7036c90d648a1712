// A piece of news at the desk: how it stands, what it said before, correcting and withdrawing it.
import { dayWords, t } from "../../../lib/i18n.js";
import { forgetBelow, useAnswer } from "../../../lib/data.js";
import { deadline, moment } from "../../../lib/time.js";
import { html, useState } from "../../../lib/ui.js";
import { Dialog } from "../../../parts/dialog.js";
import { Input } from "../../../parts/fields.js";
import { Hidden, instead } from "../../../parts/instead.js";
import { ProblemNotice, say } from "../../../parts/messages.js";
import { Back, Title } from "../../../parts/page.js";
import { isOperator } from "../../desk/parts/who.js";
import { correctNews, deskNews, fileOf, withdrawNews } from "../api.js";
import { newsDesk } from "../links.js";
import { ContentForm } from "../parts/form.js";
import { Marks } from "../../news/parts/marks.js";
import { standing, whom } from "../parts/standing.js";

const Said = ({ lang, words }) => words && html`<h3 lang=${lang} dir="auto">${words.title}</h3><p class="news-text" lang=${lang} dir="auto">${words.text}</p>`;

function Events({ events }) {
  return html`<section class="card news-file" aria-labelledby="events"><h2 id="events">${t("newsdesk.events")}</h2>
    <ol class="lines">${events.map((one) => html`<li><time dateTime=${one.at}>${moment(one.at, dayWords())}</time>
      <div><strong>${t(`newsdesk.did-${one.what}`)}</strong>${one.why && html`<p class="hint" dir="auto">${one.why}</p>`}
        ${one.content && html`<details><summary>${t("newsdesk.then")}</summary><${Said} lang="ja" words=${one.content.ja} /><${Said} lang="en" words=${one.content.en} /></details>`}</div></li>`)}</ol></section>`;
}

export function NewsFile({ me, news: id, title }) {
  const mine = isOperator(me);
  const answer = useAnswer(mine ? fileOf.path({ news: id }) : null);
  const [doing, setDoing] = useState(null);
  const [problem, setProblem] = useState(null);
  const [busy, setBusy] = useState(false);
  if (!mine) return html`<${Hidden} />`;
  const missing = instead(answer, title);
  if (missing) return missing;
  const one = answer.data;
  const tried = async (send, body) => {
    setBusy(true);
    setProblem(null);
    try {
      const now = await send({ news: id }, { ...body, revision: one.revision });
      forgetBelow(deskNews.path());
      answer.put(now);
      setDoing(null);
      say(t("app.saved"));
    } catch (error) {
      setProblem(error);
      if (send === withdrawNews) setDoing(null);
    }
    setBusy(false);
  };
  return html`<div class="narrow"><${Back} href=${newsDesk()}>${t("newsdesk.title")}<//>
    <${Title}>${one.content.ja.title}<//>
    <p class="news-about"><span class=${`pill ${one.shown_now ? "" : "waiting"}`}>${t(`newsdesk.is-${standing(one)}`)}</span><${Marks} one=${{ urgent: one.content.urgent, corrected_at: one.corrected_at }} /></p>
    <p class="hint">${whom(one.content.audience)} ${t("newsdesk.span", { from: moment(one.content.starts, dayWords()), until: deadline(one.content.ends, dayWords()) })}</p>
    ${doing !== "correct" && html`<section class="card"><p class="news-text" lang="ja" dir="auto">${one.content.ja.text}</p><${Said} lang="en" words=${one.content.en} /></section>`}
    ${doing !== "correct" && html`<${ProblemNotice} problem=${problem} />`}
    ${one.may_change && doing !== "correct" && html`<div class="hands">
      <button type="button" class="button outline" onClick=${() => setDoing("correct")}>${t("newsdesk.correct")}</button>
      <button type="button" class="button quiet" onClick=${() => setDoing("withdraw")}>${t("newsdesk.withdraw")}</button></div>`}
    ${doing === "correct" && html`<${ContentForm} key=${one.revision} me=${me} content=${one.content} problem=${problem} busy=${busy} send=${t("newsdesk.correctNow")}
        onSend=${(content, form) => tried(correctNews, { content, why: form.elements.why.value.trim() })}>
      <${Input} name="why" required maxlength="200" label=${t("newsdesk.why")} /><//>
      <button type="button" class="button quiet" onClick=${() => setDoing(null)}>${t("app.cancel")}</button>`}
    ${doing === "withdraw" && html`<${Dialog} title=${t("newsdesk.withdrawTitle")} confirm=${t("newsdesk.withdraw")} danger onClose=${() => setDoing(null)}
        onConfirm=${(data) => tried(withdrawNews, { why: String(data.get("why")).trim() })}>
      <p>${t("newsdesk.withdrawText")}</p>
      <div class="field"><label for="why">${t("newsdesk.why")}</label><input id="why" name="why" required maxlength="200" /></div><//>`}
    <${Events} events=${one.events} /></div>`;
}
