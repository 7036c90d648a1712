// A claim at the desk: the loss, its photographs, and the next stage.
import { t, word } from "../../../lib/i18n.js";
import { useAnswer } from "../../../lib/data.js";
import { clockTime, fullDay } from "../../../lib/time.js";
import { html, useState } from "../../../lib/ui.js";
import { Form, Input, Radios } from "../../../parts/fields.js";
import { instead } from "../../../parts/instead.js";
import { ProblemNotice, say } from "../../../parts/messages.js";
import { Back, Title } from "../../../parts/page.js";
import { anyContract } from "../../billing_desk/links.js";
import { Photographs } from "../../claims/parts/photographs.js";
import { claimOf, damageOf, decideClaim, examine, payClaim } from "../api.js";
import { openClaims } from "../links.js";

const yen = (amount) => t("claimdesk.yen", { n: amount.toLocaleString("ja-JP") });
const moment = (instant) => `${fullDay(instant)} ${clockTime(instant)}`;

function Decision({ loss }) {
  const [verdict, choose] = useState("");
  return html`<${Radios} name="verdict" legend=${t("claimdesk.verdict")} onChange=${choose} options=${["approve", "deny"].map((one) => [one, t(`claimdesk.${one}`)])} />
    ${verdict === "approve" && html`<${Input} name="verified_loss" type="number" min="1" required value=${loss.amount} label=${t("claimdesk.verified")} hint=${t("claimdesk.verifiedHint")} />`}
    ${verdict === "deny" && html`<${Input} name="ground" required maxlength="500" label=${t("claimdesk.ground")} hint=${t("claimdesk.groundHint")} />`}`;
}

/** What is done at each stage: a call, and what it is told of the form. */
const STEPS = {
  applied: [examine, () => undefined],
  examined: [decideClaim, (said) => (said.get("verdict") === "approve" ? { verified_loss: Number(said.get("verified_loss")) } : { ground: said.get("ground") })],
  approved: [payClaim, (said) => ({ reference: said.get("reference") })],
};

function Step({ one, onDone }) {
  const [problem, setProblem] = useState(null);
  const [busy, setBusy] = useState(false);
  const stage = one.stage ?? "applied";
  if (!STEPS[stage]) return null;
  const [step, told] = STEPS[stage];
  const submit = async (event) => {
    event.preventDefault();
    const said = told(new FormData(event.target));
    setBusy(true);
    setProblem(null);
    try {
      onDone(await step({ claim: one.id }, said));
      say(t("app.saved"));
    } catch (error) {
      setProblem(error);
    }
    setBusy(false);
  };
  return html`<section class="card stack" aria-labelledby="claim-step"><h2 id="claim-step">${t(`claimdesk.step-${stage}`)}</h2>
    <${Form} key=${stage} draft=${`claim-${one.id}-${stage}`} problem=${problem} onSubmit=${submit}>
      ${stage === "examined" && html`<${Decision} loss=${one.loss} />`}
      ${stage === "approved" && html`<${Input} name="reference" required maxlength="100" label=${t("claimdesk.reference")} hint=${t("claimdesk.referenceHint")} />`}
      <${ProblemNotice} problem=${problem} />
      <button type="submit" class="button primary wide" disabled=${busy}>${t(`claimdesk.do-${stage}`)}</button><//></section>`;
}

export function ClaimPage({ claim, title }) {
  const answer = useAnswer(claimOf.path({ claim }));
  const other = instead(answer, title);
  if (other) return other;
  const one = answer.data;
  const rows = [
    ["claimdesk.happened", moment(one.loss.happened)],
    ["claimdesk.applied", moment(one.applied)],
    ["claimdesk.site", word("losssite", one.loss.site ?? "dwelling", "dwelling")],
    ["claimdesk.claimed", yen(one.loss.amount)],
    one.loss.story && ["claimdesk.story", one.loss.story],
    one.verified != null && ["claimdesk.verified", yen(one.verified)],
    one.amount != null && ["claimdesk.pays", yen(one.amount)],
    one.ground && ["claimdesk.ground", one.ground],
    one.reference && ["claimdesk.reference", one.reference],
    ["claimdesk.rule", one.rule],
  ].filter(Boolean);
  return html`<div class="wide-page"><${Back} href=${openClaims()}>${t("claimdesk.back")}<//>
    <${Title}>${word("loss", one.loss.cause)}<//>
    <p><span class="pill">${word("claimstage", one.stage ?? "applied")}</span> <a href=${anyContract({ contract: one.contract })}>${one.contract}</a></p>
    <dl class="facts card">${rows.map(([name, value]) => html`<div key=${name}><dt>${t(name)}</dt><dd>${value}</dd></div>`)}</dl>
    <section class="claim" aria-labelledby="claim-photos"><h2 id="claim-photos">${t("claimdesk.photos")}</h2>
      ${(one.photographs ?? []).length === 0 && html`<p class="lead">${t("claimdesk.noPhotos")}</p>`}
      <${Photographs} names=${one.photographs ?? []} path=${(name) => damageOf.path({ claim, name })} /></section>
    <${Step} one=${one} onDone=${answer.put} />
  </div>`;
}
