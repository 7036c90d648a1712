// The login of whoever is here: the second factor, and the devices that are told.
import { t, word } from "../../../lib/i18n.js";
import { secondFactor } from "../../../lib/login.js";
import { html, useEffect, useState } from "../../../lib/ui.js";
import { Loading, Notice, say } from "../../../parts/messages.js";
import { Title } from "../../../parts/page.js";
import { Code } from "../../login/parts/password.js";
import { Install } from "../parts/install.js";
import { Phones } from "../parts/phones.js";
import { Quiet } from "../parts/quiet.js";

export function Account({ me, title }) {
  const [on, setOn] = useState(null);
  const [secret, setSecret] = useState(null);
  const [problem, setProblem] = useState(null);
  const tried = async (work) => {
    setProblem(null);
    try {
      await work();
    } catch (error) {
      setProblem(error);
    }
  };
  useEffect(() => { tried(async () => setOn(await secondFactor.isOn())); }, []);
  const begin = () => tried(async () => setSecret(await secondFactor.begin()));
  const confirm = (event) => {
    event.preventDefault();
    const code = new FormData(event.target).get("code").trim();
    tried(async () => {
      await secondFactor.confirm(code);
      setSecret(null);
      setOn(true);
      say(t("mylogin.done"));
    });
  };
  const uri = secret && `otpauth://totp/Mimamori:${encodeURIComponent(me.email)}?secret=${secret}&issuer=Mimamori`;
  return html`<div class="narrow"><${Title}>${title}<//>
    <p>${t("mylogin.who")} <strong>${me.email}</strong></p>
    <section class="card account" aria-labelledby="factor"><h2 id="factor">${t("mylogin.factor")}</h2>
      <div aria-live="assertive">${problem && html`<${Notice} tone="error"><p>${word("auth", problem.code)}</p><//>`}</div>
      ${on === null && !problem && html`<${Loading} />`}
      ${on && html`<p><span class="pill">${t("mylogin.on")}</span></p>`}
      ${on === false && !secret && html`${me.groups.length > 0 && html`<${Notice} tone="warn"><p>${t("mylogin.staff")}</p><//>`}
        <p>${t("mylogin.lead")}</p><button type="button" class="button primary wide" onClick=${begin}>${t("mylogin.begin")}</button>`}
      ${secret && html`<p>${t("mylogin.how")}</p><p><a class="button outline wide" href=${uri}>${t("mylogin.open")}</a></p>
        <p>${t("mylogin.secret")} <code class="secret">${secret.match(/.{1,4}/g).join(" ")}</code></p>
        <form onSubmit=${confirm}><${Code} label=${t("login.code")} />
          <button type="submit" class="button primary wide">${t("mylogin.confirm")}</button></form>`}
    </section>
    <${Install} />
    <${Phones} />
    ${me.homes.length > 0 && html`<${Quiet} />`}</div>`;
}
