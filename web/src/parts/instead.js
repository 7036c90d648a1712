// What is shown where a page has nothing of its own to show.
import { first } from "../lib/address.js";
import { t } from "../lib/i18n.js";
import { html } from "../lib/ui.js";
import { Icon } from "./icon.js";
import { Loading, ProblemNotice } from "./messages.js";
import { Title } from "./page.js";

/** The same page for what is not there and for what is not this person's: a stolen link tells nothing. */
export const Hidden = () => html`<div class="narrow hidden-page">
  <${Icon} name="lock" />
  <${Title}>${t("hidden.title")}<//>
  <p>${t("hidden.text")}</p>
  <a class="button primary" href=${first()}>${t("hidden.home")}</a>
</div>`;

/**
 * What to show instead of a page as long as there is no answer to show; null when there is one.
 * `title` is the page's heading as far as it is known before the answer.
 */
export function instead({ data, problem, reload }, title) {
  if (problem?.hidden) return html`<${Hidden} />`;
  if (problem && (!data || problem.status === 403)) {
    return html`<div key="instead" class="narrow">${title && html`<${Title}>${title}<//>`}<${ProblemNotice} problem=${problem} retry=${reload} /></div>`;
  }
  return data ? null : html`<div key="instead" class="narrow">${title && html`<${Title}>${title}<//>`}<${Loading} /></div>`;
}
