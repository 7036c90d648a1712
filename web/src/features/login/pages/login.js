import { t, word } from "../../../lib/i18n.js";
import { answerCode, choosePassword, forgotPassword, logIn, resetPassword } from "../../../lib/login.js";
import { html, useState } from "../../../lib/ui.js";
import { Notice } from "../../../parts/messages.js";
import { Title } from "../../../parts/page.js";
import { Code, Password } from "../parts/password.js";
import { SHORTEST } from "../parts/shortest.js";

/** What the page asks for: words, and what is done with the form. `go` leads to another of them. */
const known = ({ email }) => html`<div class="field"><label for="email">${t("login.email")}</label>
    <input id="email" name="email" type="email" inputmode="email" autocomplete="username" autocapitalize="none" defaultValue=${email} required /></div>`;
const user = ({ email }) => html`<input class="unseen" type="text" name="username" autocomplete="username" value=${email} readonly tabindex="-1" aria-hidden="true" />`;
const fresh = () => html`<${Password} id="new-password" label=${t("login.new")} complete="new-password" hint=${t("login.newHint", { n: SHORTEST })} />`;

const STEPS = {
  logIn: {
    words: ["login.title", "login.lead", "login.submit"],
    fields: (at) => html`${known(at)}<${Password} id="password" label=${t("login.password")} complete="current-password" />
      <label class="check"><input type="checkbox" name="lasts" /><span>${t("login.lasts")}</span></label>`,
    send: async (form) => asked(await logIn(form.get("email").trim(), form.get("password"), { lasts: form.has("lasts") })),
  },
  newPassword: {
    words: ["login.newTitle", "login.newLead", "login.newSubmit"],
    fields: (at) => html`${user(at)}${fresh()}`,
    send: async (form, at) => asked(await choosePassword(at, form.get("new-password"))),
  },
  code: {
    words: ["login.codeTitle", "login.codeLead", "login.submit"],
    fields: () => html`<${Code} label=${t("login.code")} />`,
    send: async (form, at) => asked(await answerCode(at, form.get("code").trim())),
  },
  forgot: {
    words: ["login.forgotTitle", "login.forgotLead", "login.forgotSubmit"],
    fields: known,
    send: async (form) => {
      const email = form.get("email").trim();
      await forgotPassword(email);
      return { asks: "reset", email };
    },
  },
  reset: {
    words: ["login.resetTitle", "login.resetLead", "login.newSubmit"],
    fields: (at) => html`${user(at)}<${Code} label=${t("login.mailedCode")} />${fresh()}`,
    send: async (form, at) => {
      await resetPassword(at.email, form.get("code").trim(), form.get("new-password"));
      return asked(await logIn(at.email, form.get("new-password")));
    },
  },
};
const FIRST = { asks: "logIn", email: "" };
const asked = (challenge) => challenge ?? FIRST;
/** Problems after which the same step can be tried once more. */
const AGAIN = ["InvalidPasswordException", "CodeMismatchException", "offline", "TooManyRequestsException", "LimitExceededException"];

export function Login({ expired, deepLink }) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState(null);
  const [at, go] = useState(FIRST);
  const { words: [title, lead, press], fields, send } = STEPS[at.asks];
  const first = at.asks === "logIn";
  const submit = async (event) => {
    event.preventDefault();
    const form = new FormData(event.target);
    setBusy(true);
    setProblem(null);
    try {
      go(await send(form, at));
    } catch (error) {
      setProblem(error);
      if (!first && at.asks !== "forgot" && !AGAIN.includes(error.code)) go(FIRST);
    }
    setBusy(false);
  };
  const turn = (asks) => () => {
    setProblem(null);
    go({ asks, email: document.getElementById("email")?.value ?? "" });
  };
  return html`<div class="login card">
    <img src="/icon.svg" alt="" width="72" height="72" />
    <${Title}>${t(title)}<//>
    <p class="lead">${t(lead)}</p>
    ${expired && first && !problem && html`<${Notice} title=${t("problem.login")}><p>${t("problem.loginDetail")}</p><//>`}
    ${deepLink && first && !expired && !problem && html`<${Notice} icon="bell"><p>${t("login.afterLink")}</p><//>`}
    <form onSubmit=${submit} key=${at.asks}>
      ${fields(at)}
      <div aria-live="assertive">${problem && html`<${Notice} tone="error"><p>${word("auth", AS[problem.code] ?? problem.code)}</p><//>`}</div>
      <button type="submit" class="button primary wide" disabled=${busy}>${busy ? t("login.busy") : t(press)}</button>
    </form>
    ${first ? html`<button type="button" class="button" onClick=${turn("forgot")}>${t("login.forgot")}</button>`
      : html`<button type="button" class="button" onClick=${turn("logIn")}>${t("login.back")}</button>`}
  </div>`;
}

// Whether an address is registered is not for strangers to learn.
const AS = {
  UserNotFoundException: "NotAuthorizedException",
  LimitExceededException: "TooManyRequestsException",
};
