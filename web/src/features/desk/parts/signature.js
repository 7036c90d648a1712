// A signature, drawn with a finger, a pen or a mouse.
import { t } from "../../../lib/i18n.js";
import { html, useEffect, useRef } from "../../../lib/ui.js";

const WIDTH = 640;
const HEIGHT = 240;

/** `read.current()` gives the PNG in Base64; empty when nothing was drawn. */
export function Signature({ read }) {
  const canvas = useRef();
  const drawn = useRef(false);
  const clear = () => {
    const pen = canvas.current.getContext("2d");
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, WIDTH, HEIGHT);
    Object.assign(pen, { strokeStyle: "#111", lineWidth: 4, lineCap: "round", lineJoin: "round" });
    drawn.current = false;
  };
  useEffect(() => {
    clear();
    read.current = () => (drawn.current ? canvas.current.toDataURL("image/png").split(",")[1] : "");
    return () => { read.current = () => ""; };
  }, []);
  const at = (event) => [event.offsetX * (WIDTH / canvas.current.clientWidth), event.offsetY * (HEIGHT / canvas.current.clientHeight)];
  const down = (event) => {
    canvas.current.setPointerCapture(event.pointerId);
    const pen = canvas.current.getContext("2d");
    pen.beginPath();
    pen.moveTo(...at(event));
  };
  const move = (event) => {
    if (!canvas.current.hasPointerCapture(event.pointerId)) return;
    const pen = canvas.current.getContext("2d");
    pen.lineTo(...at(event));
    pen.stroke();
    drawn.current = true;
  };
  return html`<div class="field"><p id="signature-label"><strong>${t("visit.signature")}</strong></p>
    <canvas ref=${canvas} class="signature" width=${WIDTH} height=${HEIGHT} role="img" aria-labelledby="signature-label" onPointerDown=${down} onPointerMove=${move}></canvas>
    <button type="button" class="button quiet" onClick=${clear}>${t("visit.clear")}</button></div>`;
}
