// Whether this device tells a responder of offers and stops while the page is closed.
import { useAnswer } from "../../../lib/data.js";
import { t } from "../../../lib/i18n.js";
import { html, useEffect, useState } from "../../../lib/ui.js";
import { account } from "../../account/links.js";
import { phonesOf } from "../../login/api.js";
import { pushState } from "../../login/parts/push.js";

/** What is to be done so that it does; nothing where it does, or where the operator tells nobody so. */
export function Told() {
  const { data } = useAnswer(phonesOf.path());
  const [state, setState] = useState("on");
  useEffect(() => { pushState().then(setState); }, []);
  if (!data?.key || state === "on") return null;
  return html`<p class="hint">${t("duty.notTold")} <a class="link" href=${account()}>${t("duty.tellMe")}</a></p>`;
}
