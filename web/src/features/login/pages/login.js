import { t, word } from "../../../lib/i18n.js";
import { choosePassword, logIn } from "../../../lib/session.js";
import { html, useState } from "../../../lib/ui.js";
import { Notice } from "../../../parts/messages.js";
import { Title } from "../../../parts/page.js";
import { Password } from "../parts/password.js";
import { SHORTEST } from "../parts/shortest.js";

export function Login({ expired, deepLink }) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState(null);
  const [challenge, setChallenge] = useState(null);
  const submit = async (event) => {
    event.preventDefault();
    const form = new FormData(event.target);
    setBusy(true);
    setProblem(null);
    try {
      setChallenge(challenge ? await choosePassword(challenge, form.get("new-password"))
        : await logIn(form.get("email").trim(), form.get("password")));
    } catch (error) {
      setProblem(error);
      if (challenge && error.code !== "InvalidPasswordException" && error.code !== "offline") setChallenge(null);
    }
    setBusy(false);
  };
  return html`<div class="login card">
    <img src="/icon.svg" alt="" width="72" height="72" />
    <${Title}>${challenge ? t("login.newTitle") : t("login.title")}<//>
    <p class="lead">${challenge ? t("login.newLead") : t("login.lead")}</p>
    ${expired && !problem && html`<${Notice} title=${t("problem.login")}><p>${t("problem.loginDetail")}</p><//>`}
    ${deepLink && !challenge && !expired && !problem && html`<${Notice} icon="bell"><p>${t("login.afterLink")}</p><//>`}
    <form onSubmit=${submit} key=${challenge ? "new" : "known"}>
      ${challenge
        ? html`<input class="unseen" type="text" name="username" autocomplete="username" value=${challenge.email} readonly tabindex="-1" aria-hidden="true" />
          <${Password} id="new-password" label=${t("login.new")} complete="new-password" hint=${t("login.newHint", { n: SHORTEST })} />`
        : html`<div class="field"><label for="email">${t("login.email")}</label>
            <input id="email" name="email" type="email" inputmode="email" autocomplete="username" autocapitalize="none" required /></div>
          <${Password} id="password" label=${t("login.password")} complete="current-password" />`}
      <div aria-live="assertive">${problem && html`<${Notice} tone="error"><p>${word("auth", AS[problem.code] ?? problem.code)}</p><//>`}</div>
      <button type="submit" class="button primary wide" disabled=${busy}>${busy ? t("login.busy") : challenge ? t("login.newSubmit") : t("login.submit")}</button>
    </form>
  </div>`;
}

// Whether an address is registered is not for strangers to learn.
const AS = {
  UserNotFoundException: "NotAuthorizedException",
  LimitExceededException: "TooManyRequestsException",
};
