// One piece of news. It counts as read when it is shown.
import { dayWords, t } from "../../../lib/i18n.js";
import { forgetBelow, useAnswer } from "../../../lib/data.js";
import { moment } from "../../../lib/time.js";
import { html, useEffect } from "../../../lib/ui.js";
import { instead } from "../../../parts/instead.js";
import { Back, Title } from "../../../parts/page.js";
import { newsList, newsOf, readNews } from "../api.js";
import { news } from "../links.js";
import { Marks } from "../parts/marks.js";

export function Piece({ news: id, title }) {
  const answer = useAnswer(newsOf.path({ news: id }));
  const unread = answer.data?.read === false;
  useEffect(() => {
    if (!unread) return;
    const noted = () => {
      forgetBelow(newsList.path());
      answer.put({ ...answer.data, read: true });
    };
    readNews({ news: id }).then(noted, () => {}); // without a line it stays unread
  }, [unread]);
  const missing = instead(answer, title);
  if (missing) return missing;
  const one = answer.data;
  return html`<div class="narrow"><${Back} href=${news()}>${t("news.title")}<//>
    <article class="news-piece" lang=${one.language} dir="auto"><${Title}>${one.title}<//>
      <p class="news-about"><time class="hint" dateTime=${one.since}>${moment(one.since, dayWords())}</time><${Marks} one=${{ ...one, read: true }} /></p>
      ${one.corrected_at && html`<p class="hint">${t("news.correctedAt", { when: moment(one.corrected_at, dayWords()) })}</p>`}
      <p class="news-text" dir="auto">${one.text}</p></article></div>`;
}
