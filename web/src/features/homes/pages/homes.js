import { t, word } from "../../../lib/i18n.js";
import { useLead } from "../../../lib/lead.js";
import { html } from "../../../lib/ui.js";
import { Icon } from "../../../parts/icon.js";
import { Empty } from "../../../parts/messages.js";
import { Title } from "../../../parts/page.js";
import { news } from "../../news/links.js";
import { home as homeLink } from "../links.js";

/** The homes of a person; whoever has only one place to go to is led there. */
export function Homes({ me, menu }) {
  const [only] = me.homes.length === 1 ? me.homes : [];
  const [work] = menu.filter(({ leads }) => leads);
  const next = only ? homeLink({ home: only.id }) : me.homes.length === 0 && work ? work.link() : null;
  useLead("#/", next);
  if (next) return null;
  return html`<div class="narrow">
    <${Title}>${t("homes.title")}<//>
    ${me.homes.length === 0
      ? html`<${Empty} icon="home" title=${t("homes.none")}><p>${t("homes.noneDetail")}</p><//>`
      : html`<ul class="homes">${me.homes.map((home) => html`<li><a class="card home-link" href=${homeLink({ home: home.id })}>
          <${Icon} name="home" /><span><strong>${home.name}</strong><br />${word("role", home.role)}</span><${Icon} name="right" />
        </a></li>`)}</ul>`}
    <a class="button outline wide" href=${news()}><${Icon} name="info" />${t("entrance.news")}</a>
  </div>`;
}
