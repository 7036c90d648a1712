// Who is on duty: whether they can be sent, and how old their position is; who cannot be, first.
import { dayWords, t } from "../../../lib/i18n.js";
import { ago, moment } from "../../../lib/time.js";
import { html } from "../../../lib/ui.js";
import { Icon } from "../../../parts/icon.js";

const SENT = ["free", "engaged", "occupied"];
const lost = (one) => !SENT.includes(one.standing);

/** How somebody stands, in brackets after their name; nothing of who is free. */
export const standing = (one) => one.standing === "free" ? "" :
  t(`standing.${one.standing}`, { when: one.free_at ? moment(one.free_at, dayWords()) : "" });

/** Those of `all` responders who are on duty. */
export function OnDuty({ all }) {
  const shown = (all ?? []).filter((one) => one.on_duty).sort((a, b) => lost(b) - lost(a));
  if (!shown.length) return null;
  return html`<section aria-labelledby="on-duty"><h2 id="on-duty">${t("desk.onDuty", { n: shown.length })}</h2>
    <ul class="tasks">${shown.map((one) => html`<li key=${one.id} class="card task">
      <strong>${one.name}${standing(one)}</strong>
      <span class=${`mark ${lost(one) ? "late" : ""}`}><${Icon} name=${lost(one) ? "warn" : "clock"} />
        ${t("duty.seen", { when: ago(one.seen_at) })}</span>
      <span class="hint">${one.phone}</span></li>`)}</ul></section>`;
}
