// A new piece of news.
import { t } from "../../../lib/i18n.js";
import { now } from "../../../lib/clock.js";
import { forgetBelow } from "../../../lib/data.js";
import { html, useRef, useState } from "../../../lib/ui.js";
import { Hidden } from "../../../parts/instead.js";
import { say } from "../../../parts/messages.js";
import { Back, Title } from "../../../parts/page.js";
import { isOperator } from "../../desk/parts/who.js";
import { deskNews, publishNews } from "../api.js";
import { newsDesk, newsFile } from "../links.js";
import { ContentForm } from "../parts/form.js";

/** The id of a piece: sent twice, it is one. */
function newId() {
  const at = new Date(now()).toISOString().replace(/[-:]|\.\d+/g, "").toLowerCase();
  return `${at}-${crypto.randomUUID().slice(0, 8)}`;
}

export function WriteNews({ me, title }) {
  const id = useRef(null);
  id.current ??= newId();
  const [problem, setProblem] = useState(null);
  const [busy, setBusy] = useState(false);
  if (!isOperator(me)) return html`<${Hidden} />`;
  const send = async (content) => {
    setBusy(true);
    setProblem(null);
    try {
      await publishNews({ news: id.current }, content);
      forgetBelow(deskNews.path());
      say(t("newsdesk.published"));
      location.hash = newsFile({ news: id.current });
    } catch (error) {
      setProblem(error);
      setBusy(false);
    }
  };
  return html`<div class="narrow"><${Back} href=${newsDesk()}>${t("newsdesk.title")}<//>
    <${Title}>${title}<//>
    <${ContentForm} me=${me} problem=${problem} busy=${busy} send=${t("newsdesk.publish")} onSend=${send} draft="news" /></div>`;
}
