// The frame of every page.
import { language, setLanguage, t } from "../i18n/index.js";
import { logOut } from "../lib/auth.js";
import { links } from "../lib/router.js";
import { html, useEffect } from "../lib/ui.js";
import { Icon } from "./icon.js";
import { Toast } from "./messages.js";

export function Frame({ loggedIn, staff, onLanguage, children }) {
  const other = language() === "ja" ? "en" : "ja";
  const switchLanguage = () => {
    setLanguage(other);
    onLanguage?.(other);
  };
  return html`
    <a class="skip" href="#main" onClick=${(event) => { event.preventDefault(); document.getElementById("main").focus(); }}>${t("app.skip")}</a>
    <header class="top">
      <a class="brand" href=${links.homes}><img src="/icon.svg" alt="" width="40" height="40" /><span>${t("app.name")}</span></a>
      <div class="top-tools">
        ${staff && html`<a class="link" href=${links.desk}>${t("desk.short")}</a>`}
        <button type="button" class="link" lang=${other} aria-label=${t("app.languageLabel")} onClick=${switchLanguage}>${t("app.language")}</button>
        ${loggedIn && html`<button type="button" class="link" onClick=${() => { logOut(); location.hash = links.homes; }}>${t("app.logOut")}</button>`}
      </div>
    </header>
    <main id="main" tabindex="-1">${children}</main>
    <${Toast} />`;
}

/** The page's heading, which also names the browser's tab. */
export function Title({ children: text, lead }) {
  useEffect(() => { document.title = `${text}｜${t("app.name")}`; });
  return html`<h1>${text}</h1>${lead}`;
}

export const Back = ({ href, children }) => html`<a class="back" href=${href}><${Icon} name="left" />${children}</a>`;
