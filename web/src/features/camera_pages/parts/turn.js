// Turning a camera that pans and tilts: one step a press.
import { t } from "../../../lib/i18n.js";
import { html } from "../../../lib/ui.js";
import { Icon } from "../../../parts/icon.js";
import { Notice, ProblemNotice } from "../../../parts/messages.js";
import { failure, useCommand } from "../../cameras/parts/snapshot.js";

const DIRECTIONS = ["left", "up", "down", "right"];

export function Turn({ home, device }) {
  const { busy, result, problem, run } = useCommand(home, device);
  return html`<section class="card" aria-labelledby="turn-title">
    <h2 id="turn-title">${t("turn.title")}</h2>
    <div class="turn">${DIRECTIONS.map((direction) => html`<button type="button" class="button outline" aria-disabled=${busy ? "true" : undefined} onClick=${() => busy || run({ action: "turn", direction })}><${Icon} name=${direction} />${t(`turn.${direction}`)}</button>`)}</div>
    <div role="status">${result && result.state !== "done" && html`<${Notice} tone="warn"><p>${failure(result)}</p><//>`}</div>
    <${ProblemNotice} problem=${problem} />
  </section>`;
}
