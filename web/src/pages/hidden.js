import { t } from "../i18n/index.js";
import { links } from "../lib/router.js";
import { html } from "../lib/ui.js";
import { Icon } from "../parts/icon.js";
import { Title } from "../parts/page.js";

/** The same page for what is not there and for what is not this person's: a stolen link tells nothing. */
export const Hidden = () => html`<div class="narrow hidden-page">
  <${Icon} name="lock" />
  <${Title}>${t("hidden.title")}<//>
  <p>${t("hidden.text")}</p>
  <a class="button primary" href=${links.homes}>${t("hidden.home")}</a>
</div>`;
