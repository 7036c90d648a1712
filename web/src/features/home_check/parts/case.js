// A consent or a home check, as contractors and staff read it.
import { dayWords, t, word } from "../../../lib/i18n.js";
import { usePicture } from "../../../lib/pictures.js";
import { moment } from "../../../lib/time.js";
import { html } from "../../../lib/ui.js";
import { Notice } from "../../../parts/messages.js";

/** The words for a picture: of photographs there may be several. */
const imageWord = (name) => t(name === "signature" ? "case.signature" : "case.photo");

function Image({ path, name }) {
  const { url } = usePicture(path);
  return html`<figure class="paper"><figcaption>${imageWord(name)}</figcaption>
    ${url && html`<img src=${url} alt=${imageWord(name)} />`}</figure>`;
}

export const stateWord = ({ kind, state, result }) => {
  if (kind === "consent") return word("consent", state);
  return kind === "visit" ? word("visit", state) : t(`visits.is-${result ?? state}`);
};

/** Who it was; two of the same kind are told apart by the beginning of their login. */
const who = ({ means, who: login }) => (means === "workflow" ? word("means", means) : `${word("means", means)} ${login.slice(0, 8)}`);

function Moment({ moment: one, staff }) {
  const { outcome, why, reason, said, note, report } = one.details;
  const more = [outcome && word("outcome", outcome), why, reason, said, note, report?.note].filter(Boolean).join(" ");
  return html`<li><time dateTime=${one.at}>${moment(one.at, dayWords())}</time>
    <div><p><strong>${one.what}</strong>${more && `：${more}`}</p>
    <p class="hint">${staff ? `${who(one)} ${one.rule}` : one.who}</p></div></li>`;
}

/** `image` gives the path of a picture by its name; staff also reads who did what by which rule. */
export function CaseBody({ shown, image, staff = false }) {
  const level = staff ? "h2" : "h3";
  const checks = Object.entries(shown.checks);
  return html`
    ${shown.said && html`<p class="reason">${shown.said}</p>`}
    ${checks.length > 0 && html`<dl class="facts">${checks.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`}
    ${shown.result && shown.kind === "visit" && html`<p class="hint">${t("case.presence")}</p>`}
    ${shown.refusals.length > 0 && html`<${Notice} tone="warn" title=${t("case.refusals")}>
      <ul class="grounds">${shown.refusals.map((one) => html`<li>${one.why}${staff && ` ${one.rule}`}</li>`)}</ul><//>`}
    ${shown.arrives_at && !shown.result && html`<p>${t("case.arrives", { when: moment(shown.arrives_at, dayWords()), who: shown.responder })}</p>`}
    ${shown.images.map((name) => html`<${Image} key=${name} name=${name} path=${image(name)} />`)}
    <${level}>${t("case.timeline")}<//>
    <ol class="timeline">${shown.timeline.map((one) => html`<${Moment} moment=${one} staff=${staff} />`)}</ol>`;
}
