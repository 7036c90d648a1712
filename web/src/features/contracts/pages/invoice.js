import { t, word } from "../../../lib/i18n.js";
import { useAnswer } from "../../../lib/data.js";
import { html } from "../../../lib/ui.js";
import { instead } from "../../../parts/instead.js";
import { Notice } from "../../../parts/messages.js";
import { Back, Title } from "../../../parts/page.js";
import { demandPdf, invoiceOf, invoicePdf, paymentsOf } from "../api.js";
import { contract as contractLink, methods } from "../links.js";
import { dayWords, Lines, monthName, yen } from "../parts/money.js";
import { Paper } from "../parts/paper.js";

/** One invoice: what it is made of, whether it is paid, the paper. */
export function Invoice({ contract, month, title }) {
  const answer = useAnswer(invoiceOf.path({ contract, month }));
  const { data: tries } = useAnswer(paymentsOf.path({ contract }));
  const other = instead(answer, title);
  if (other) return other;
  const bill = answer.data;
  const mine = (tries ?? []).filter((one) => one.month === month);
  return html`<div class="narrow"><${Back} href=${contractLink({ contract })}>${t("contract.back")}<//>
    <${Title}>${t("invoices.of", { month: monthName(month) })}<//>
    ${bill.state === "unpaid"
      ? html`<${Notice} tone="warn" title=${word("paid", bill.state)}><p>${bill.due && t("invoice.due", { day: dayWords(bill.due) })}</p>
          <p><a href=${methods({ contract })}>${t("methods.title")}</a></p><//>`
      : html`<p><span class="pill">${word("paid", bill.state)}</span></p>`}
    <div class="card"><${Lines} ...${bill} /></div>
    <${Paper} path=${invoicePdf.path({ contract, month })} name=${`${contract}-${month}.pdf`}>${t("invoice.pdf")}<//>
    ${bill.state === "unpaid" && html`<${Paper} path=${demandPdf.path({ contract, month })} name=${`${contract}-${month}-demand.pdf`}>${t("invoice.demand")}<//>`}
    ${mine.length > 0 && html`<section aria-labelledby="tries"><h2 id="tries">${t("invoice.tries")}</h2>
      <ul class="rows">${mine.map((one) => html`<li class="card">${dayWords(one.on)} ${word("payment", one.payment)} ${yen(one.amount)} <span class="pill">${word("attempt", one.state)}</span> ${one.why}</li>`)}</ul></section>`}
  </div>`;
}
