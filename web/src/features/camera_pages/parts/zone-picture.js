// The picture with its zones: drawn, moved and stretched with a pointer, a finger or the keys.
import { t } from "../../../lib/i18n.js";
import { html, useRef, useState } from "../../../lib/ui.js";
import { edges } from "../../cameras/parts/offered.js";
import { STEP, WHOLE, large, moved, rectangle, resized } from "../zones.js";

const HANDLE = 80; // thousandths: a finger's width on a phone
const ARROWS = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, -STEP], ArrowDown: [0, STEP] };
const corners = (points) => points.map((point) => point.join(",")).join(" ");

function Zone({ zone, n, selected, onSelect, onGrab, onKey }) {
  const { right, foot } = edges(zone);
  return html`<g>
    <polygon class=${`zone ${zone.use} ${selected ? "selected" : ""}`} points=${corners(zone.points)}
      tabindex="0" role="button" aria-pressed=${selected ? "true" : "false"} aria-label=${t("zones.place", { n })} aria-describedby="zones-keys"
      onFocus=${onSelect} onKeyDown=${onKey} onPointerDown=${(event) => onGrab(event, moved)} />
    ${selected && html`<rect class="zone-handle" aria-hidden="true" x=${right - HANDLE / 2} y=${foot - HANDLE / 2} width=${HANDLE} height=${HANDLE} rx="12" onPointerDown=${(event) => onGrab(event, resized)} />`}
  </g>`;
}

/**
 * `zones` over a picture; `offered` places are dashed. `onChange(n, zone => zone)` for one that was moved,
 * `onAdd(points)` for one that was drawn while `drawing`.
 */
export function ZonePicture({ url, alt, zones, offered, selected, drawing, onSelect, onChange, onAdd }) {
  const plane = useRef();
  const hold = useRef(null); // {from, zone, n, how}: what the pointer holds
  const [drawn, setDrawn] = useState(null);
  const at = (event) => {
    const { left, top, width, height } = plane.current.getBoundingClientRect();
    return [((event.clientX - left) / width) * WHOLE, ((event.clientY - top) / height) * WHOLE];
  };
  const grab = (n) => (event, how) => {
    if (drawing) return;
    event.stopPropagation();
    onSelect(n);
    plane.current.setPointerCapture(event.pointerId);
    hold.current = { from: at(event), zone: zones[n], n, how };
  };
  const down = (event) => {
    if (!drawing) return;
    event.preventDefault();
    plane.current.setPointerCapture(event.pointerId);
    hold.current = { from: at(event) };
  };
  const move = (event) => {
    const held = hold.current;
    if (!held) return;
    const [x, y] = at(event);
    if (held.how) onChange(held.n, () => held.how(held.zone, x - held.from[0], y - held.from[1]));
    else setDrawn(rectangle(held.from, [x, y]));
  };
  const up = () => {
    if (hold.current && !hold.current.how && drawn && large(drawn)) onAdd(drawn);
    hold.current = null;
    setDrawn(null);
  };
  const keys = (n) => (event) => {
    const way = ARROWS[event.key];
    if (!way) return;
    event.preventDefault();
    onChange(n, (zone) => (event.shiftKey ? resized : moved)(zone, ...way));
  };
  return html`<div class=${`picture zone-picture ${drawing ? "drawing" : ""}`}>
    ${url ? html`<img src=${url} alt=${alt} draggable="false" />` : html`<div class="zone-blank"><p>${alt}</p></div>`}
    <svg ref=${plane} viewBox="0 0 1000 1000" preserveAspectRatio="none" onPointerDown=${down} onPointerMove=${move} onPointerUp=${up} onPointerCancel=${up}>
      ${offered.map(({ points }) => html`<polygon class="zone offered" points=${corners(points)} />`)}
      ${zones.map((zone, n) => html`<${Zone} key=${n} zone=${zone} n=${n + 1} selected=${n === selected} onSelect=${() => onSelect(n)} onGrab=${grab(n)} onKey=${keys(n)} />`)}
      ${drawn && html`<polygon class="zone ignore selected" points=${corners(drawn)} />`}
    </svg>
  </div>`;
}
