// What whoever does a task must hear at once: called off, warned by somebody else, an emergency.
import { dayWords, t } from "../../../lib/i18n.js";
import { moment } from "../../../lib/time.js";
import { html } from "../../../lib/ui.js";
import { Notice } from "../../../parts/messages.js";

export const News = ({ news }) => news.length > 0 && html`<${Notice} tone="warn" live title=${t("task.news")}>
  ${news.map((one) => html`<p key=${one.at} lang="ja"><time dateTime=${one.at}>${moment(one.at, dayWords())}</time> ${one.text}</p>`)}<//>`;
