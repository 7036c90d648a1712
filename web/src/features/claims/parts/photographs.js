// The photographs of a claim; each opens in full.
import { t } from "../../../lib/i18n.js";
import { usePicture } from "../../../lib/pictures.js";
import { html } from "../../../lib/ui.js";
import { Loading } from "../../../parts/messages.js";

function Photograph({ path, number }) {
  const { url, problem } = usePicture(path);
  if (problem) return html`<p class="hint">${t("damage.gone", { n: number })}</p>`;
  if (!url) return html`<div class="picture-place"><${Loading} /></div>`;
  return html`<a href=${url} target="_blank" rel="noopener"><img src=${url} alt=${t("damage.photo", { n: number })} /></a>`;
}

/** `path(name)` is where a photograph is. */
export const Photographs = ({ names, path }) => names.length > 0 && html`<ul class="claim-photos">
  ${names.map((name, n) => html`<li key=${name}><${Photograph} path=${path(name)} number=${n + 1} /></li>`)}</ul>`;
