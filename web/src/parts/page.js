// The head of a page.
import { t } from "../lib/i18n.js";
import { html, useEffect } from "../lib/ui.js";
import { Icon } from "./icon.js";

/** The page's heading, which also names the browser's tab. */
export function Title({ children: text }) {
  useEffect(() => { document.title = `${text}｜${t("app.name")}`; });
  return html`<h1>${text}</h1>`;
}

export const Back = ({ href, children }) => html`<a class="back" href=${href}><${Icon} name="left" />${children}</a>`;
