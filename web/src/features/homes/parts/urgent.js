// News of the operator that should not be missed: what is urgent and was not read.
import { t } from "../../../lib/i18n.js";
import { html } from "../../../lib/ui.js";
import { Notice } from "../../../parts/messages.js";
import { piece } from "../../news/links.js";

/** `list`: what the API says of the news. */
export function Urgent({ list }) {
  const found = (list?.news ?? []).filter(({ urgent, read }) => urgent && !read);
  if (!found.length) return null;
  return html`<${Notice} tone="warn" title=${t("home.urgentNews")}>${found.map((one) => html`<p key=${one.id}><a class="back" dir="auto" href=${piece({ news: one.id })}>${one.title}</a></p>`)}<//>`;
}
