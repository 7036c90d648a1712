// What is to be seen of a piece of news beside its title: urgent, corrected, not read yet.
import { t } from "../../../lib/i18n.js";
import { html } from "../../../lib/ui.js";
import { Icon } from "../../../parts/icon.js";

export const Marks = ({ one }) => html`
  ${one.urgent && html`<span class="mark late"><${Icon} name="warn" />${t("news.urgent")}</span>`}
  ${one.corrected_at && html`<span class="mark">${t("news.corrected")}</span>`}
  ${one.read === false && html`<span class="pill">${t("news.unread")}</span>`}`;
