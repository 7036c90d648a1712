// The picture of an event, with frames around what moved.
import { t, word } from "../../../lib/i18n.js";
import { html, useState } from "../../../lib/ui.js";
import { Icon } from "../../../parts/icon.js";
import { Picture } from "../../cameras/parts/picture.js";

const LINE = 26; // px, the height of a word's plate
const width = (text) => [...text].reduce((sum, sign) => sum + (sign > "\u2e7f" ? 16 : 9), 16);
const percent = (share) => `${(share * 100).toFixed(2)}%`;

/** Frames around what moved. They are drawn over the picture, so that it can be saved without. */
function Boxes({ boxes }) {
  return html`<svg class="boxes" aria-hidden="true">
    ${boxes.map(({ x, y, w, h, label }) => {
      const up = y < 0.09 ? 0 : -LINE; // inside the frame when there is no room above
      const text = word("box", label);
      return html`<g>
        <rect class="box-edge" x=${percent(x)} y=${percent(y)} width=${percent(w)} height=${percent(h)} rx="4" />
        <rect class="box" x=${percent(x)} y=${percent(y)} width=${percent(w)} height=${percent(h)} rx="4" />
        <svg x=${percent(x)} y=${percent(y)} overflow="visible">
          <rect class="box-plate" x="-1.5" y=${up} width=${width(text)} height=${LINE} rx="4" />
          <text x="6.5" y=${up + 19}>${text}</text>
        </svg>
      </g>`;
    })}
  </svg>`;
}

/** A picture whose frames may be hidden, and which may be saved as `fileName`. */
export function FramedPicture({ path, alt, boxes, fileName, onProblem }) {
  const [framed, frame] = useState(true);
  const tools = (url) => html`
    ${boxes.length > 0 && html`<label class="check"><input type="checkbox" checked=${framed} onChange=${(event) => frame(event.target.checked)} />${t("event.boxes")}</label>`}
    <a class="link" href=${url} download=${fileName}><${Icon} name="save" />${t("event.save")}</a>`;
  return html`<${Picture} path=${path} alt=${alt} over=${framed && boxes.length > 0 && html`<${Boxes} boxes=${boxes} />`} tools=${tools} onProblem=${onProblem} />`;
}
