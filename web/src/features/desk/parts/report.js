// What was seen from outside the door, and what came of standing there. There is no "entered".
import { t } from "../../../lib/i18n.js";
import { html } from "../../../lib/ui.js";
import { Check, filled, Input, Radios } from "../../../parts/fields.js";
import { REPORTS } from "../answers.js";

const CHECKS = ["intercom", "meter", "lights", "mailbox"];
const SEEN = ["ok", "ng", "unclear"];
/** Where the API speaks of what a field of the form holds. */
export const PLACES = Object.fromEntries([...CHECKS, "explained", "copy_given", "memo_left", "note", "why"].map((one) => [`report.${one}`, one])
  .concat([["report.outcome", "came_to"], ["photo_jpeg", "photo"]]));

/** Whether there was somebody to sign. */
export const signs = (outcome) => Boolean(REPORTS[outcome]?.needs.includes("signed"));

/** The report that a form holds; `signed` where somebody has signed. */
export function reportOf(form, outcome) {
  const { at_home, needs } = REPORTS[outcome];
  const done = Object.fromEntries(needs.filter((one) => one !== "why").map((one) => [one, true]));
  return { outcome, at_home, ...filled(form, CHECKS), ...done, ...filled(form, ["why", "note"]) };
}

/** The fields; `children` stand where the signature belongs. */
export function ReportFields({ outcome, onOutcome, children }) {
  const needs = REPORTS[outcome]?.needs ?? [];
  return html`
    ${CHECKS.map((check) => html`<${Radios} key=${check} row name=${check} legend=${t(`visit.${check}`)} options=${SEEN.map((one) => [one, t(`visit.${one}`)])} />`)}
    <${Radios} name="came_to" legend=${t("visit.atHome")} options=${Object.keys(REPORTS).map((one) => [one, t(`report.${one}`)])} onChange=${onOutcome} />
    ${needs.includes("explained") && html`<${Check} name="explained" required label=${t("visit.explained")} />`}
    ${children}
    ${needs.includes("copy_given") && html`<${Check} name="copy_given" required label=${t("visit.copy")} />`}
    ${needs.includes("memo_left") && html`<${Check} name="memo_left" required label=${t("visit.memo")} />`}
    ${needs.includes("why") && html`<${Input} name="why" area required label=${t(`report.why-${outcome}`)} />`}`;
}
