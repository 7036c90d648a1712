// A large picture of the home.
import { usePicture } from "../../../lib/pictures.js";
import { html, useEffect } from "../../../lib/ui.js";
import { Loading } from "../../../parts/messages.js";

/** A large picture; `over` is drawn above it, `tools(url)` stand below. */
export function Picture({ path, alt, over, tools, onProblem }) {
  const { url, problem } = usePicture(path);
  useEffect(() => { if (problem) onProblem?.(problem); }, [problem]);
  // The places of the picture and of what is below it are kept while it loads.
  if (!url) return html`<div key="place" class="picture-place"><${Loading} /></div>${tools && html`<div key="tools" class="picture-tools"></div>`}`;
  return html`
    <div class="picture"><img src=${url} alt=${alt} />${over}</div>
    ${tools && html`<div class="picture-tools">${tools(url)}</div>`}`;
}
