import { t } from "../i18n/index.js";
import { links } from "../lib/router.js";
import { html } from "../lib/ui.js";
import { Icon } from "../parts/icon.js";
import { Loading, ProblemNotice } from "../parts/messages.js";
import { Title } from "../parts/page.js";

/** The same page for what is not there and for what is not this person's: a stolen link tells nothing. */
export const Hidden = () => html`<div class="narrow hidden-page">
  <${Icon} name="lock" />
  <${Title}>${t("hidden.title")}<//>
  <p>${t("hidden.text")}</p>
  <a class="button primary" href=${links.homes}>${t("hidden.home")}</a>
</div>`;

/** What to show instead of a page as long as there is no answer to show; null when there is one. */
export function instead({ data, problem, reload }) {
  if (problem?.hidden) return html`<${Hidden} />`;
  if (problem && (!data || problem.status === 403)) {
    return html`<div class="narrow"><${ProblemNotice} problem=${problem} retry=${reload} /></div>`;
  }
  return data ? null : html`<${Loading} />`;
}
