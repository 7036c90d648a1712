// The frame of every page.
import { first } from "../lib/address.js";
import { dayWords, language, setLanguage, t } from "../lib/i18n.js";
import { keptSince } from "../lib/kept.js";
import { moment } from "../lib/time.js";
import { logOut } from "../lib/session.js";
import { html } from "../lib/ui.js";
import { Toast } from "../parts/messages.js";

const PATIENCE = 3000;
const later = (milliseconds) => new Promise((done) => { setTimeout(done, milliseconds); });

/** `menu` are the links at the top: [{words, link}]. */
export function Shell({ loggedIn, menu = [], onLanguage, children }) {
  const since = keptSince();
  const other = language() === "ja" ? "en" : "ja";
  const switchLanguage = () => {
    setLanguage(other);
    onLanguage?.(other);
  };
  const leave = async () => {
    const toldNoMore = import("../features/login/parts/push.js").then(({ turnOff }) => turnOff()).catch(() => {});
    await Promise.race([toldNoMore, later(PATIENCE)]); // while the login still holds
    logOut();
    location.hash = first();
  };
  return html`
    <a class="skip" href="#main" onClick=${(event) => { event.preventDefault(); document.getElementById("main").focus(); }}>${t("app.skip")}</a>
    <header class="top">
      <a class="brand" href=${first()}><img src="/icon.svg" alt="" width="40" height="40" /><span>${t("app.name")}</span></a>
      <div class="top-tools">
        ${menu.map(({ words, link }) => html`<a class="link" href=${link()}>${t(words)}</a>`)}
        <button type="button" class="link" lang=${other} aria-label=${t("app.languageLabel")} onClick=${switchLanguage}>${t("app.language")}</button>
        ${loggedIn && html`<button type="button" class="link" onClick=${leave}>${t("app.logOut")}</button>`}
      </div>
    </header>
    ${loggedIn && since && html`<p class="kept" role="status">${t("app.kept", { when: moment(since, dayWords()) })}</p>`}
    <main id="main" tabindex="-1">${children}</main>
    <${Toast} />`;
}
