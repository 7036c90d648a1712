// Pictures of the home, and what stands in their place when there is none to show.
import { t, word } from "../../../lib/i18n.js";
import { usePicture } from "../../../lib/pictures.js";
import { html, useEffect, useRef, useState } from "../../../lib/ui.js";
import { Icon, kindIcon } from "../../../parts/icon.js";
import { Loading } from "../../../parts/messages.js";

/** A small picture in a list, fetched only when it comes into sight. */
export function Thumbnail({ path, kind, alt }) {
  const place = useRef();
  const [near, setNear] = useState(false);
  useEffect(() => {
    if (!path || near) return undefined;
    const observer = new IntersectionObserver(
      (entries) => entries.some((entry) => entry.isIntersecting) && setNear(true),
      { rootMargin: "200px" },
    );
    observer.observe(place.current);
    return () => observer.disconnect();
  }, [path, near]);
  const { url } = usePicture(near ? path : null);
  return html`<div class="thumbnail" ref=${place}>
    ${url ? html`<img src=${url} alt=${alt} />` : html`<${Icon} name=${kindIcon(kind)} />`}
  </div>`;
}

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

/** A large picture with frames; the person may hide them. */
export function Picture({ path, alt, boxes = [], fileName, onProblem }) {
  const { url, problem } = usePicture(path);
  const [framed, frame] = useState(true);
  useEffect(() => { if (problem) onProblem?.(problem); }, [problem]);
  // The places of the picture and of what is below it are kept while it loads.
  if (!url) return html`<div key="place" class="picture-place"><${Loading} /></div>${fileName && html`<div key="tools" class="picture-tools"></div>`}`;
  return html`
    <div class="picture"><img src=${url} alt=${alt} />${framed && boxes.length > 0 && html`<${Boxes} boxes=${boxes} />`}</div>
    ${fileName && html`<div class="picture-tools">
      ${boxes.length > 0 && html`<label class="check"><input type="checkbox" checked=${framed} onChange=${(event) => frame(event.target.checked)} />${t("event.boxes")}</label>`}
      <a class="link" href=${url} download=${fileName}><${Icon} name="save" />${t("event.save")}</a>
    </div>`}`;
}
