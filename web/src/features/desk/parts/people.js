// Who is looked after, for whom, and who phoned: names, telephone numbers and addresses for staff.
import { t, word } from "../../../lib/i18n.js";
import { html } from "../../../lib/ui.js";
import { Address, Phone } from "../../../parts/contact.js";

const UNKNOWN = "-";
const known = (text) => text && text !== UNKNOWN;

const Person = ({ words, person }) => html`<div><dt>${t(words)}</dt><dd>
  <p>${person.name}</p>
  ${person.relation && html`<p class="hint">${word("relation", person.relation)}</p>`}
  ${known(person.phone) && html`<p><${Phone} number=${person.phone} /></p>`}
  ${known(person.address) && (person.place
    ? html`<p><${Address} address=${person.address} place=${person.place} /></p>`
    : html`<p>${person.address}</p>`)}</dd></div>`;

/** The people named in the first fact of a case; nothing where the API does not name them. */
export function People({ timeline }) {
  const { target, contractor, caller } = timeline.find(({ details }) => details.contractor)?.details ?? {};
  if (!contractor) return null;
  return html`<section class="card case" aria-labelledby="people"><h2 id="people">${t("people.title")}</h2>
    <dl class="facts people">
      ${target && html`<${Person} words="people.target" person=${target} />`}
      <${Person} words="people.contractor" person=${contractor} />
      ${caller && html`<${Person} words="people.caller" person=${{ ...caller, phone: caller.number }} />`}
    </dl></section>`;
}
