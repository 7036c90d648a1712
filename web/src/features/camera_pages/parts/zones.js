// Places that are ignored, or that alone are guarded: those that always move are offered.
import { t, word } from "../../../lib/i18n.js";
import { usePicture } from "../../../lib/pictures.js";
import { html, useState } from "../../../lib/ui.js";
import { Icon } from "../../../parts/icon.js";
import { Notice, ProblemNotice, say } from "../../../parts/messages.js";
import { changeDevice } from "../../cameras/api.js";
import { taken } from "../../cameras/parts/offered.js";
import { failure, useCommand } from "../../cameras/parts/snapshot.js";
import { rectangle, sent } from "../zones.js";
import { ZonePicture } from "./zone-picture.js";

const MOST = 8;
const USES = ["ignore", "guard"];
const MIDDLE = rectangle([350, 350], [650, 650]);

function Row({ zone, n, selected, onSelect, onChange, onRemove }) {
  const id = `zone-${n}`;
  const byHour = zone.since !== undefined && zone.since !== null;
  const hours = (on) => onChange({ since: on ? "08:00" : null, until: on ? "18:00" : null });
  return html`<li class=${`zone-row ${selected ? "selected" : ""}`}>
    <div class="zone-head">
      <button type="button" class="link" aria-pressed=${selected ? "true" : "false"} onClick=${onSelect}>${t("zones.place", { n })}</button>
      <button type="button" class="link" aria-label=${t("zones.removeOf", { n })} onClick=${onRemove}><${Icon} name="close" />${t("zones.remove")}</button>
    </div>
    <div class="field"><label for=${`${id}-use`}>${t("zones.use")}</label>
      <select id=${`${id}-use`} value=${zone.use} onChange=${(event) => onChange({ use: event.target.value })}>
        ${USES.map((use) => html`<option value=${use} selected=${use === zone.use}>${word("zone", use)}</option>`)}
      </select></div>
    <label class="check"><input type="checkbox" checked=${byHour} onChange=${(event) => hours(event.target.checked)} />${t("zones.byHour")}</label>
    ${byHour && html`<div class="zone-hours">
      <label for=${`${id}-since`}>${t("zones.since")}</label><input id=${`${id}-since`} type="time" required value=${zone.since} onChange=${(event) => event.target.value && onChange({ since: event.target.value })} />
      <label for=${`${id}-until`}>${t("zones.until")}</label><input id=${`${id}-until`} type="time" required value=${zone.until} onChange=${(event) => event.target.value && onChange({ until: event.target.value })} />
    </div>`}
  </li>`;
}

export function Zones({ home, device, last, onChanged }) {
  const [draft, setDraft] = useState(null); // null: as they are kept
  const [selected, select] = useState(-1);
  const [drawing, draw] = useState(false);
  const [problem, setProblem] = useState(null);
  const { busy, result, problem: refused, run } = useCommand(home, device);
  const taking = device.kind === "smart-camera" && device.mode !== "motion-only";
  const { url } = usePicture(result?.state === "done" ? result.picture : device.mode === "motion-only" ? null : last);
  const zones = draft ?? device.zones ?? [];
  const offered = (device.restless ?? []).filter((place) => !taken(zones, place));
  // Each edit is made of what the one before left: keys may come quicker than the page is drawn.
  const edit = (next) => setDraft((was) => next(was ?? device.zones ?? []));
  const change = (n, next) => edit((all) => all.map((zone, k) => (k === n ? next(zone) : zone)));
  const add = (zone) => {
    if (zones.length >= MOST) return;
    edit((all) => [...all, zone]);
    select(zones.length);
    draw(false);
  };
  const remove = (n) => {
    edit((all) => all.filter((_, k) => k !== n));
    select(-1);
  };
  const save = async () => {
    setProblem(null);
    try {
      onChanged(await changeDevice({ home, thing: device.id }, { zones: sent(zones) }));
      setDraft(null);
      say(t("app.saved"));
    } catch (error) {
      setProblem(error);
    }
  };
  const full = zones.length >= MOST;
  return html`<section class="card zones" aria-labelledby="zones-title">
    <h2 id="zones-title">${t("zones.title")}</h2>
    <p>${t("zones.about")}</p>
    <${ZonePicture} url=${url} alt=${t(url ? "zones.picture" : "zones.noPicture", { name: device.name })} zones=${zones} offered=${offered} selected=${selected} drawing=${drawing}
      onSelect=${select} onChange=${change} onAdd=${(points) => add({ use: "ignore", points })} />
    <p class="hint" id="zones-keys">${t(drawing ? "zones.draw" : "zones.keys")}</p>
    <div class="zone-tools">
      <button type="button" class="button outline" aria-pressed=${drawing ? "true" : "false"} disabled=${full} onClick=${() => draw(!drawing)}>${t(drawing ? "zones.drawing" : "zones.byHand")}</button>
      <button type="button" class="button outline" disabled=${full} onClick=${() => add({ use: "ignore", points: MIDDLE })}><${Icon} name="plus" />${t("zones.add")}</button>
      ${taking && html`<button type="button" class="button quiet" aria-disabled=${busy ? "true" : undefined} onClick=${() => busy || run({ action: "snapshot" })}><${Icon} name="camera" />${t(busy ? "snapshot.waiting" : "zones.look")}</button>`}
    </div>
    ${full && html`<p class="hint">${t("zones.full", { n: MOST })}</p>`}
    ${result && result.state !== "done" && html`<${Notice} tone="warn"><p>${failure(result)}</p><//>`}
    ${offered.length > 0 && html`<${Notice} icon="motion"><p>${t("zones.offered", { n: offered.length })}</p>
      ${offered.map((place, k) => html`<button type="button" class="button outline" disabled=${full} onClick=${() => add({ use: "ignore", points: place.points })}>${t("zones.take", { n: k + 1 })}</button>`)}
    <//>`}
    ${zones.length > 0 && html`<ol class="zone-list">${zones.map((zone, n) => html`<${Row} key=${n} zone=${zone} n=${n + 1} selected=${n === selected} onSelect=${() => select(n)} onChange=${(part) => change(n, (was) => ({ ...was, ...part }))} onRemove=${() => remove(n)} />`)}</ol>`}
    <${ProblemNotice} problem=${problem ?? refused} />
    ${draft && html`<div class="zone-tools">
      <button type="button" class="button primary" onClick=${save}>${t("zones.save")}</button>
      <button type="button" class="button quiet" onClick=${() => { setDraft(null); select(-1); }}>${t("zones.undo")}</button>
    </div>`}
  </section>`;
}
