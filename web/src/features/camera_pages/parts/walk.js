// The walk when a camera is set up: what it sees of somebody in each part of its picture.
import { dayWords, t, word } from "../../../lib/i18n.js";
import { moment } from "../../../lib/time.js";
import { html, useEffect, useState } from "../../../lib/ui.js";
import { Icon } from "../../../parts/icon.js";
import { Notice, ProblemNotice } from "../../../parts/messages.js";
import { failure, useCommand } from "../../cameras/parts/snapshot.js";

const SECONDS = 60;
const ROWS = ["far", "middle", "near"];
const COLUMNS = ["left", "centre", "right"];

function Seen({ walk }) {
  return html`<table class="walk">
    <caption>${t("walk.seen", { when: moment(walk.at, dayWords()) })}</caption>
    <thead><tr><td></td>${COLUMNS.map((column) => html`<th scope="col">${t(`walk.${column}`)}</th>`)}</tr></thead>
    <tbody>${ROWS.map((row, y) => html`<tr><th scope="row">${t(`walk.${row}`)}</th>
      ${COLUMNS.map((_, x) => {
        const sees = walk.sees[y * 3 + x];
        const height = walk.heights[y * 3 + x];
        return html`<td class=${sees}>${word("sees", sees)}${height !== null && html`<br /><small>${t("walk.height", { n: Math.round(height * 100) })}</small>`}</td>`;
      })}</tr>`)}</tbody>
  </table>
  <p>${walk.text}</p>`;
}

export function Walk({ home, device, onWalked }) {
  const { busy, result, problem, run } = useCommand(home, device);
  const [walking, setWalking] = useState(false);
  const begun = result?.state === "done" ? result.id : null;
  useEffect(() => {
    if (!begun) return undefined;
    setWalking(true);
    const over = setTimeout(() => {
      setWalking(false);
      onWalked();
    }, (SECONDS + 5) * 1000);
    return () => clearTimeout(over);
  }, [begun]);
  return html`<section class="card" aria-labelledby="walk-title">
    <h2 id="walk-title">${t("walk.title")}</h2>
    <p>${t("walk.about")}</p>
    ${device.walk && html`<${Seen} walk=${device.walk} />`}
    <div role="status">${walking && html`<${Notice} icon="person"><p>${t("walk.now", { n: SECONDS })}</p><//>`}</div>
    ${result && result.state !== "done" && html`<${Notice} tone="warn"><p>${failure(result)}</p><//>`}
    <${ProblemNotice} problem=${problem} />
    <button type="button" class="button outline wide" disabled=${device.state !== "active"} aria-disabled=${busy || walking ? "true" : undefined} onClick=${() => busy || walking || run({ action: "walk", seconds: SECONDS })}>
      <${Icon} name="person" />${t(busy ? "walk.asking" : "walk.begin")}</button>
  </section>`;
}
