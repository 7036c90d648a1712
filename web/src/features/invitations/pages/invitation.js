// The page behind an invitation's link: who invites, whereto, and the password of the new login.
import { forget } from "../../../lib/data.js";
import { t } from "../../../lib/i18n.js";
import { logIn } from "../../../lib/login.js";
import { logOut, session } from "../../../lib/session.js";
import { fullDay } from "../../../lib/time.js";
import { html, useEffect, useState } from "../../../lib/ui.js";
import { Hidden } from "../../../parts/instead.js";
import { Loading, Notice, ProblemNotice } from "../../../parts/messages.js";
import { Title } from "../../../parts/page.js";
import { first } from "../../../lib/address.js";
import { home as homeLink } from "../../homes/links.js";
import { contract as contractLink } from "../../contracts/links.js";
import { Password } from "../../login/parts/password.js";
import { SHORTEST } from "../../login/parts/shortest.js";
import { acceptMine, acceptWithLogin, seeInvitation } from "../api.js";

/** Who has a login proves that it is theirs, and accepts with it. */
function Known({ email, onDone }) {
  const [problem, setProblem] = useState(null);
  const [busy, setBusy] = useState(false);
  const submit = async (event) => {
    event.preventDefault();
    setBusy(true);
    setProblem(null);
    try {
      const challenge = await logIn(email, new FormData(event.target).get("password"));
      if (challenge) setProblem({ kind: "refused", title: t("invitation.another") });
      else await onDone();
    } catch (error) {
      setProblem(error.kind ? error : { kind: "refused", title: t("auth.NotAuthorizedException") });
    }
    setBusy(false);
  };
  return html`<form onSubmit=${submit}>
    <${Notice}><p>${t("invitation.known", { email })}</p><//>
    <${Password} id="password" label=${t("login.password")} complete="current-password" />
    <${ProblemNotice} problem=${problem} />
    <button type="submit" class="button primary wide" disabled=${busy}>${t("invitation.acceptKnown")}</button>
  </form>`;
}

function Fresh({ token, email, onKnown, onDone }) {
  const [problem, setProblem] = useState(null);
  const [busy, setBusy] = useState(false);
  const submit = async (event) => {
    event.preventDefault();
    const password = new FormData(event.target).get("new-password");
    setBusy(true);
    setProblem(null);
    try {
      const joined = await acceptWithLogin({ token }, { password });
      await logIn(email, password);
      onDone(joined);
    } catch (error) {
      if (error.type?.endsWith(":login-exists")) onKnown();
      setProblem(error);
      setBusy(false);
    }
  };
  return html`<form onSubmit=${submit}>
    <p>${t("invitation.id")} <strong>${email}</strong></p>
    <input class="unseen" type="text" name="username" autocomplete="username" value=${email} readonly tabindex="-1" aria-hidden="true" />
    <${Password} id="new-password" label=${t("login.new")} complete="new-password" hint=${t("login.newHint", { n: SHORTEST })} />
    <${ProblemNotice} problem=${problem} />
    <button type="submit" class="button primary wide" disabled=${busy}>${t("invitation.accept")}</button>
  </form>`;
}

export function Invitation({ token, title }) {
  const [seen, setSeen] = useState(null);
  const [problem, setProblem] = useState(null);
  const [known, setKnown] = useState(Boolean(session()));
  const load = async () => {
    setProblem(null);
    try {
      setSeen(await seeInvitation({ token }));
    } catch (error) {
      setProblem(error);
    }
  };
  useEffect(() => { load(); }, [token]);
  if (problem?.hidden) return html`<${Hidden} />`;
  if (!seen) return html`<div class="narrow"><${Title}>${title}<//>${problem ? html`<${ProblemNotice} problem=${problem} retry=${load} />` : html`<${Loading} />`}</div>`;
  const done = ({ home, contract }) => {
    forget();
    location.replace(seen.role === "contractor" ? contractLink({ contract }) : homeLink({ home }));
  };
  const accept = async () => done(await acceptMine({ token }));
  if (seen.state !== "open") {
    return html`<div class="narrow"><${Title}>${title}<//>
      <${Notice} tone="warn" title=${t(`invitation.is-${seen.state}`)}><p>${t(`invitation.why-${seen.state}`)}</p><//>
      <a class="button primary" href=${first()}>${t("invitation.toLogin")}</a></div>`;
  }
  return html`<div class="narrow"><${Title}>${title}<//>
    <div class="card invitation">
      <p>${seen.role === "contractor" ? t("invitation.contractor", { name: seen.name, home: seen.home_name }) : t("invitation.watcher", { name: seen.name, from: seen.inviter, home: seen.home_name })}</p>
      <p class="hint">${seen.product}　${t("invitation.until", { day: fullDay(seen.expires) })}</p>
      ${known ? html`<${Known} email=${seen.email} onDone=${accept} />` : html`<${Fresh} token=${token} email=${seen.email} onKnown=${() => { logOut(); setKnown(true); }} onDone=${done} />`}
      <p class="hint">${t("invitation.nothing")}</p>
    </div></div>`;
}
