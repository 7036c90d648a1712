// Half filled forms, kept in this tab while a login has ended or the page is read anew. A form that is
// left in any other way is forgotten.
import { onSession, session } from "./session.js";

const KEPT = "mimamori.draft ";
const OWNER = "mimamori.drafts-of";
const LASTS = 12 * 3_600_000;
const CHOSEN = new Set(["radio", "checkbox"]);
const NOT_KEPT = new Set(["file", "password", "submit", "button", "hidden"]);
const SECRET = "password"; // the name of a field for a word that only few know

const placeOf = (name) => `${KEPT}${location.hash} ${name}`;
const fieldsOf = (form) => [...form.elements].filter(({ name, type }) => name && type && name !== SECRET && !NOT_KEPT.has(type));

function keep(place, form) {
  const said = fieldsOf(form)
    .filter(({ type, checked }) => !CHOSEN.has(type) || checked)
    .map(({ name, value, type }) => [name, value, CHOSEN.has(type)]);
  sessionStorage.setItem(place, JSON.stringify({ at: Date.now(), said }));
}

/** Fills in fields that are there by now; what is left of `said`. A choice may bring more fields. */
function fill(form, said) {
  return said.filter(([name, value, chosen]) => {
    const field = fieldsOf(form).find((one) => one.name === name && (!chosen || one.value === value));
    if (!field) return true;
    if (chosen ? !field.checked : field.value !== value) {
      if (chosen) field.click();
      else {
        field.value = value;
        field.dispatchEvent(new Event("input", { bubbles: true }));
        field.dispatchEvent(new Event("change", { bubbles: true }));
      }
    }
    return false;
  });
}

/** Keeps what is filled in in `form` under a name, and brings back what was kept: {again, stop}, to
 *  be called after each drawing and when the form goes. */
export function drafted(form, name) {
  const place = placeOf(name);
  const { at = 0, said = [] } = JSON.parse(sessionStorage.getItem(place) ?? "{}");
  let left = Date.now() - at < LASTS ? said : [];
  const note = () => keep(place, form);
  form.addEventListener("input", note);
  form.addEventListener("change", note);
  return {
    again: () => { if (left.length) left = fill(form, left); },
    stop: () => {
      form.removeEventListener("input", note);
      form.removeEventListener("change", note);
      if (session()) sessionStorage.removeItem(place);
    },
  };
}

/** Whose forms these are: another person finds none of them. */
export function belong(person) {
  if (sessionStorage.getItem(OWNER) !== person) forgetDrafts();
  sessionStorage.setItem(OWNER, person);
}

function forgetDrafts() {
  for (const place of Object.keys(sessionStorage)) if (place.startsWith(KEPT) || place === OWNER) sessionStorage.removeItem(place);
}

onSession((ended) => { if (!session() && !ended) forgetDrafts(); }); // somebody logs out
