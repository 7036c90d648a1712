// Money and months as people read them.
import { language, t, word } from "../../../lib/i18n.js";
import { dayStart, fullDay } from "../../../lib/time.js";
import { html } from "../../../lib/ui.js";

export const yen = (amount) => t("money.yen", { n: amount.toLocaleString("ja-JP") });

/** "2026-09" as 2026年9月. */
export const monthName = (month) => new Intl.DateTimeFormat(language() === "ja" ? "ja-JP" : "en-GB", { year: "numeric", month: "long", timeZone: "Asia/Tokyo" })
  .format(new Date(dayStart(`${month}-01`)));

export const dayWords = (day) => fullDay(dayStart(day));

/** The lines of a bill with what they come to. */
export function Lines({ lines, total, tax }) {
  return html`<table class="bill"><tbody>
    ${lines.map((line) => html`<tr><th scope="row">${word("item", line.item)}</th><td>${yen(line.amount)}</td></tr>`)}
    </tbody><tfoot>
    <tr><th scope="row">${t("money.total")}</th><td><strong>${yen(total)}</strong></td></tr>
    <tr><th scope="row">${t("money.tax")}</th><td>${yen(tax)}</td></tr>
    </tfoot></table>`;
}
