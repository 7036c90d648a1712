// A small picture in a list, and what stands in its place when there is none to show.
import { usePicture } from "../../../lib/pictures.js";
import { html, useEffect, useRef, useState } from "../../../lib/ui.js";
import { Icon, kindIcon } from "../../../parts/icon.js";

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
