// Fields of a form: a label, a hint, and what the browser already has.
import { createContext, html, useContext, useLayoutEffect, useRef, useState } from "../lib/ui.js";
import { Refused, wordsOf } from "./messages.js";

const Reasons = createContext({});

/** The field of a form that a place in the API's answer speaks of: its name, or null. */
function fieldOf(form, places, at) {
  const parts = at.split(".").slice(1); // the first says body, query or path
  for (let n = parts.length; n > 0; n -= 1) {
    const place = parts.slice(0, n).join(".");
    const name = places[place] ?? place;
    if (form.elements[name]) return name;
  }
  return null;
}

/**
 * A form that shows the API's reasons for refusing it beside its fields, and goes to the first such
 * field. `places` maps places in the request ("target.name") to names of fields where they differ;
 * a reason without a field stands in the problem's own notice. With a `draft`, a name, what is filled
 * in outlives the end of a login and a reload.
 */
export function Form({ problem, places = {}, draft, children, ...rest }) {
  const form = useRef();
  const kept = useRef(null);
  useLayoutEffect(() => {
    if (!draft) return undefined;
    let gone = false;
    import("../lib/drafts.js").then(({ drafted }) => {
      if (gone) return;
      kept.current = drafted(form.current, draft);
      kept.current.again();
    }, () => {}); // without a line: nothing is kept
    return () => {
      gone = true;
      kept.current?.stop();
    };
  }, [draft]);
  useLayoutEffect(() => { kept.current?.again(); });
  const [reasons, setReasons] = useState({});
  useLayoutEffect(() => {
    const found = {};
    for (const error of problem?.errors ?? []) {
      const name = fieldOf(form.current, places, error.at);
      if (name) (found[name] ??= []).push(error);
    }
    setReasons(found);
    const first = [...form.current.elements].find(({ name }) => name in found);
    first?.focus();
  }, [problem]);
  return html`<form ref=${form} ...${rest}><${Reasons.Provider} value=${reasons}>
    <${Refused.Provider} value=${Object.values(reasons).flat()}>${children}<//><//></form>`;
}

/** What describes a field: {props for the field, hint and reasons as markup}. */
function useDescription(name, hint) {
  const reasons = useContext(Reasons)[name] ?? [];
  const ids = [hint && `${name}-hint`, reasons.length && `${name}-reason`].filter(Boolean).join(" ");
  return {
    props: { "aria-describedby": ids || undefined, "aria-invalid": reasons.length ? "true" : undefined },
    text: html`${hint && html`<p class="hint" id=${`${name}-hint`}>${hint}</p>`}
      ${reasons.length > 0 && html`<p class="missing" id=${`${name}-reason`}>${reasons.map(wordsOf).join(" ")}</p>`}`,
  };
}

export function Input({ name, label, hint, value, area, ...rest }) {
  const { props, text } = useDescription(name, hint);
  return html`<div class="field"><label for=${name}>${label}</label>
    ${area
      ? html`<textarea id=${name} name=${name} rows="3" maxlength="1000" ...${props} ...${rest}></textarea>`
      : html`<input id=${name} name=${name} defaultValue=${value} autocomplete="off" ...${props} ...${rest} />`}
    ${text}</div>`;
}

/** `options` are [value, words], one of which may be `chosen` at first. */
export function Select({ name, label, options, chosen, ...rest }) {
  const { props, text } = useDescription(name);
  return html`<div class="field"><label for=${name}>${label}</label>
    <select id=${name} name=${name} ...${props} ...${rest}>${options.map(([value, words]) => html`<option value=${value} selected=${chosen !== undefined && value === chosen}>${words}</option>`)}</select>
    ${text}</div>`;
}

export function Check({ name, label, value = "yes", ...rest }) {
  const { props, text } = useDescription(name);
  return html`<label class="check">
    <input type="checkbox" name=${name} value=${value} ...${props} ...${rest} /><span>${label}</span></label>${text}`;
}

export function Radios({ name, legend, options, chosen, row, onChange }) {
  const { props, text } = useDescription(name);
  return html`<fieldset class=${row ? "choices row" : "choices"} aria-describedby=${props["aria-describedby"]}>
    <legend>${legend}</legend>
    ${options.map(([value, words]) => html`<label class="choice"><input type="radio" name=${name} value=${value} required
      defaultChecked=${value === chosen} onChange=${() => onChange?.(value)} /><span>${words}</span></label>`)}
    ${text}
  </fieldset>`;
}

/** What was filled in, without what was left empty. */
export function filled(form, names) {
  const data = new FormData(form);
  const said = names.map((name) => [name, String(data.get(name) ?? "").trim()]);
  return Object.fromEntries(said.filter(([, value]) => value));
}
