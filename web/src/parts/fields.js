// Fields of a form: a label, a hint, and what the browser already has.
import { html } from "../lib/ui.js";

export function Input({ name, label, hint, value, area, ...rest }) {
  const described = hint ? `${name}-hint` : undefined;
  return html`<div class="field"><label for=${name}>${label}</label>
    ${area
      ? html`<textarea id=${name} name=${name} rows="3" maxlength="1000" aria-describedby=${described} ...${rest}></textarea>`
      : html`<input id=${name} name=${name} defaultValue=${value} autocomplete="off" aria-describedby=${described} ...${rest} />`}
    ${hint && html`<p class="hint" id=${described}>${hint}</p>`}</div>`;
}

/** `options` are [value, words]. */
export const Select = ({ name, label, options, ...rest }) => html`<div class="field"><label for=${name}>${label}</label>
  <select id=${name} name=${name} ...${rest}>${options.map(([value, words]) => html`<option value=${value}>${words}</option>`)}</select></div>`;

export const Check = ({ name, label, value = "yes", ...rest }) => html`<label class="check">
  <input type="checkbox" name=${name} value=${value} ...${rest} /><span>${label}</span></label>`;

export const Radios = ({ name, legend, options, chosen, row, onChange }) => html`<fieldset class=${row ? "choices row" : "choices"}>
  <legend>${legend}</legend>
  ${options.map(([value, words]) => html`<label class="choice"><input type="radio" name=${name} value=${value} required
    defaultChecked=${value === chosen} onChange=${() => onChange?.(value)} /><span>${words}</span></label>`)}
</fieldset>`;

/** What was filled in, without what was left empty. */
export function filled(form, names) {
  const data = new FormData(form);
  const said = names.map((name) => [name, String(data.get(name) ?? "").trim()]);
  return Object.fromEntries(said.filter(([, value]) => value));
}
