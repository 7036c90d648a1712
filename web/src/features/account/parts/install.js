// The page as an app on the home screen: how, on each kind of phone (AL-53).
import { t } from "../../../lib/i18n.js";
import { canInstall, install, installed, onInstallable, onIphone } from "../../../lib/installed.js";
import { html, useEffect, useState } from "../../../lib/ui.js";

const How = ({ kind, open }) => html`<details open=${open}><summary>${t(`install.on-${kind}`)}</summary>
  <ol class="steps">${[1, 2, 3].map((n) => html`<li>${t(`install.${kind}-${n}`)}</li>`)}</ol>
  ${kind === "iphone" && html`<p class="hint">${t("install.push")}</p>`}</details>`;

export function Install() {
  const [, redraw] = useState(0);
  useEffect(() => onInstallable(() => redraw((n) => n + 1)), []);
  return html`<section class="card account" aria-labelledby="install"><h2 id="install">${t("install.title")}</h2>
    ${installed() ? html`<p><span class="pill">${t("install.done")}</span></p><p class="hint">${t("install.less")}</p>` : html`<p>${t("install.lead")}</p>
      ${canInstall() && html`<button type="button" class="button primary wide" onClick=${install}>${t("install.now")}</button>`}
      ${(onIphone() ? ["iphone", "android"] : ["android", "iphone"]).map((kind, n) => html`<${How} kind=${kind} open=${n === 0} />`)}`}
  </section>`;
}
