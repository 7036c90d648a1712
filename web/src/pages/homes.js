import { t, word } from "../i18n/index.js";
import { links } from "../lib/router.js";
import { isStaff } from "../lib/staff.js";
import { html, useEffect } from "../lib/ui.js";
import { Icon } from "../parts/icon.js";
import { Empty } from "../parts/messages.js";
import { Title } from "../parts/page.js";

export function Homes({ me }) {
  const only = me.homes.length === 1 ? me.homes[0] : null;
  const next = only ? links.home(only.id) : me.homes.length === 0 && isStaff(me) ? links.desk : null;
  useEffect(() => { if (next) location.replace(next); }, [next]);
  if (next) return null;
  return html`<div class="narrow">
    <${Title}>${t("homes.title")}<//>
    ${me.homes.length === 0
      ? html`<${Empty} icon="home" title=${t("homes.none")}><p>${t("homes.noneDetail")}</p><//>`
      : html`<ul class="homes">${me.homes.map((home) => html`<li><a class="card home-link" href=${links.home(home.id)}>
          <${Icon} name="home" /><span><strong>${home.name}</strong><br />${word("role", home.role)}</span><${Icon} name="right" />
        </a></li>`)}</ul>`}
  </div>`;
}
