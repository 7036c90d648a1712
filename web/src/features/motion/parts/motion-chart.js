// How much moved through a day, minute by minute (DC-28), and that in words.
import { dayWords, t } from "../../../lib/i18n.js";
import { useAnswer } from "../../../lib/data.js";
import { clockTime, DAY, dayAfter, dayName, dayStart, today } from "../../../lib/time.js";
import { html, useEffect, useRef, useState } from "../../../lib/ui.js";
import { Icon } from "../../../parts/icon.js";
import { Empty, Loading, ProblemNotice } from "../../../parts/messages.js";
import { motionOf } from "../../cameras/api.js";

const PACE = 60_000;
const MOVED = 0.01; // less is a camera's own noise
const LEVELS = [[0.1, "small"], [0.4, "medium"], [Infinity, "large"]];
const HEIGHT = 240;

const levelWord = (level) => (level < MOVED ? t("motion.levelNone") : t(`motion.${LEVELS.find(([below]) => level < below)[1]}`));
const duration = (minutes) => (minutes < 60 ? t("motion.minutes", { n: minutes }) : t("motion.hours", { h: Math.floor(minutes / 60), m: minutes % 60 }));

function columns(minutes) {
  const ordered = [...minutes].sort((a, b) => (a.at < b.at ? -1 : 1));
  return [ordered.map(({ at }) => Date.parse(at) / 1000), ordered.map(({ peak }) => peak), ordered.map(({ level }) => level)];
}

function options(uPlot, element, day, point) {
  const style = getComputedStyle(element);
  const colour = (name) => style.getPropertyValue(name).trim();
  const font = `15px ${style.fontFamily}`;
  const start = dayStart(day) / 1000;
  const every = element.clientWidth < 560 ? 6 : 3;
  const bars = uPlot.paths.bars({ size: [1, Infinity, 1] });
  const series = (fill) => ({ paths: bars, fill: colour(fill), stroke: colour(fill), width: 0, points: { show: false } });
  const axis = { stroke: colour("--ink-soft"), font, ticks: { show: false }, grid: { stroke: colour("--line"), width: 1 } };
  return {
    width: element.clientWidth,
    height: HEIGHT,
    padding: [12, 20, 0, 0],
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false }, points: { show: false } },
    scales: {
      x: { range: () => [start, start + DAY / 1000] },
      // By the square root: a cat far away is seen, a person up close still fits.
      y: { range: () => [0, 1], distr: 100, fwd: (value) => Math.sqrt(Math.max(0, value)), bwd: (value) => value * value },
    },
    series: [{}, series("--chart-peak"), series("--chart-level")],
    axes: [
      { ...axis, size: 32, splits: () => Array.from({ length: 24 / every + 1 }, (_, n) => start + n * every * 3600), values: (_, at) => at.map((one) => t("motion.hour", { h: Math.round((one - start) / 3600) })) },
      { ...axis, size: 46, splits: () => [0.04, 0.25, 0.64], values: () => ["small", "medium", "large"].map((level) => t(`motion.${level}`)) },
    ],
    hooks: { setCursor: [(plot) => point(plot.cursor.idx)] },
  };
}

function Plot({ minutes, day, label }) {
  const place = useRef();
  const [pointed, point] = useState(null);
  const [look, setLook] = useState(0); // redrawn when the width or the colour scheme changes
  const [missing, failed] = useState(false);
  const data = columns(minutes);
  const drawn = useRef();

  useEffect(() => {
    const dark = matchMedia("(prefers-color-scheme: dark)");
    const again = () => setLook((n) => n + 1);
    const element = place.current;
    let width = element.clientWidth;
    const sizes = new ResizeObserver(() => {
      if (element.clientWidth === width) return;
      width = element.clientWidth;
      again();
    });
    sizes.observe(element);
    dark.addEventListener("change", again);
    return () => {
      sizes.disconnect();
      dark.removeEventListener("change", again);
    };
  }, []);
  useEffect(() => {
    let live = true;
    const element = place.current;
    import("../../../vendor/uplot.js").then(({ default: uPlot }) => {
      if (live) drawn.current = new uPlot(options(uPlot, element, day, point), columns(minutes), element);
      failed(false);
    }).catch(() => live && failed(true)); // without a line the chart's library does not load
    return () => {
      live = false;
      drawn.current?.destroy();
      drawn.current = null;
    };
  }, [day, look, label]);
  useEffect(() => { drawn.current?.setData(data); }, [minutes]);

  const here = pointed === null || pointed === undefined ? null : { at: data[0][pointed], level: data[1][pointed] };
  return html`
    ${missing && html`<${ProblemNotice} problem=${{ kind: "offline" }} retry=${() => setLook((n) => n + 1)} />`}
    <div class="plot" ref=${place} role="img" aria-label=${label} data-minutes=${minutes.length}></div>
    <p class="plot-point">${here?.at ? t("motion.at", { time: clockTime(here.at * 1000), level: levelWord(here.level) }) : t("motion.hint")}</p>`;
}

function Facts({ minutes }) {
  const moved = minutes.filter(({ peak }) => peak >= MOVED).map(({ at }) => at).sort();
  if (moved.length === 0) return html`<p>${t("motion.still")}</p>`;
  const facts = [["first", clockTime(moved[0])], ["last", clockTime(moved.at(-1))], ["total", duration(moved.length)]];
  return html`<dl class="facts motion-facts">${facts.map(([name, value]) => html`<div><dt>${t(`motion.${name}`)}</dt><dd>${value}</dd></div>`)}</dl>`;
}

export function MotionChart({ home, devices }) {
  const [chosen, choose] = useState(null);
  const [day, setDay] = useState(today());
  const device = devices.find(({ id }) => id === chosen)
    ?? devices.find(({ mode }) => mode !== "guard") ?? devices[0];
  const isToday = day === today();
  const { data, problem, reload } = useAnswer(motionOf.path({ home, thing: device.id, date: day }), { every: isToday ? PACE : 0 });
  const label = t("motion.chart", { camera: device.name, day: dayName(day, dayWords()) });
  return html`<section class="card motion" aria-labelledby="motion-title">
    <h2 id="motion-title">${t("motion.title")}</h2>
    <div class="motion-choice">
      ${devices.length > 1 && html`<div class="field"><label for="motion-camera">${t("motion.camera")}</label>
        <select id="motion-camera" value=${device.id} onChange=${(event) => choose(event.target.value)}>
          ${devices.map(({ id, name }) => html`<option value=${id} selected=${id === device.id}>${name}</option>`)}
        </select></div>`}
      <div class="field"><label for="motion-day">${t("motion.day")}</label>
        <div class="day-choice">
          <button type="button" class="button square" aria-label=${t("motion.previous")} onClick=${() => setDay(dayAfter(day, -1))}><${Icon} name="left" /></button>
          <input id="motion-day" type="date" value=${day} max=${today()} onChange=${(event) => event.target.value && setDay(event.target.value > today() ? today() : event.target.value)} />
          <button type="button" class="button square" aria-label=${t("motion.next")} disabled=${isToday} onClick=${() => setDay(dayAfter(day, 1))}><${Icon} name="right" /></button>
        </div></div>
    </div>
    ${!data && (problem ? html`<${ProblemNotice} problem=${problem} retry=${reload} />` : html`<${Loading} />`)}
    ${data && (data.minutes.length === 0
      ? html`<${Empty} icon="motion" title=${t("motion.none")} />`
      : html`<${Facts} minutes=${data.minutes} /><${Plot} minutes=${data.minutes} day=${day} label=${label} />`)}
  </section>`;
}
