import { dayWords, t, word } from "../../../lib/i18n.js";
import { useAnswer } from "../../../lib/data.js";
import { neighbours } from "../../cameras/events.js";
import { dayOf, exactTime, fullDay, moment } from "../../../lib/time.js";
import { html, useEffect, useState } from "../../../lib/ui.js";
import { Icon } from "../../../parts/icon.js";
import { instead } from "../../../parts/instead.js";
import { Empty, Notice, ProblemNotice } from "../../../parts/messages.js";
import { Back, Title } from "../../../parts/page.js";
import { FramedPicture } from "../parts/framed-picture.js";
import { home as homeLink } from "../../homes/links.js";
import { eventOf } from "../../cameras/api.js";
import { event as eventLink } from "../../cameras/links.js";

const PACE = 15_000; // an episode may still be going on

function Shown({ event }) {
  const [problem, setProblem] = useState(null);
  useEffect(() => setProblem(null), [event.id]);
  if (event.pictures === "on-device") return html`<${Empty} icon="phone" title=${t("event.onDevice")}><p>${t("event.onDeviceDetail")}</p><//>`;
  if (event.pictures === "none") return html`<${Empty} icon="motion" title=${t("event.motionOnly")}><p>${t("event.motionOnlyDetail")}</p><//>`;
  if (!event.picture || problem?.hidden) return html`<${Empty} icon="camera" title=${t("event.gone")}><p>${t("event.goneDetail")}</p><//>`;
  if (problem) return html`<${ProblemNotice} problem=${problem} retry=${problem.kind === "refused" ? null : () => setProblem(null)} />`;
  const alt = t("event.alt", { camera: event.camera, time: moment(event.at, dayWords()) });
  return html`<${FramedPicture} path=${event.picture} boxes=${event.boxes} alt=${alt} onProblem=${setProblem} fileName=${`${event.id}.jpg`} />`;
}

function Neighbours({ home, event }) {
  const [near, setNear] = useState({});
  useEffect(() => {
    let live = true;
    neighbours(home, event).then((found) => live && setNear({ of: event, ...found }), () => {});
    return () => { live = false; };
  }, [home, event]);
  if (near.of !== event) return html`<nav class="neighbours"></nav>`;
  return html`<nav class="neighbours" aria-label=${t("events.title")}>
    ${near.older && html`<a class="button quiet older" href=${eventLink({ home, event: near.older })}><${Icon} name="left" />${t("event.older")}</a>`}
    ${near.newer && html`<a class="button quiet newer" href=${eventLink({ home, event: near.newer })}>${t("event.newer")}<${Icon} name="right" /></a>`}
  </nav>`;
}

export function Event({ me, home, event: id, title }) {
  const answer = useAnswer(eventOf.path({ home, event: id }), { every: PACE });
  const other = instead(answer, title);
  if (other) return other;
  const event = answer.data;
  const time = (instant) => (dayOf(instant) === dayOf(event.at) ? "" : `${fullDay(instant)} `) + exactTime(instant);
  const facts = [
    ["event.camera", event.camera],
    ["event.day", fullDay(event.at)],
    ["event.at", time(event.at)],
    ["event.ended", event.ended_at ? time(event.ended_at) : t("event.ongoing")],
    ["event.received", time(event.detected_at)],
  ];
  const name = me.homes.find((one) => one.id === home)?.name ?? t("home.cameras");
  return html`
    <${Back} href=${homeLink({ home })}>${t("home.back", { home: name })}<//>
    <article class="event-page">
      <div class="event-picture"><${Shown} key=${event.id} event=${event} /></div>
      <div class="event-facts">
        <${Title}>${word("event", event.kind)}<//>
        <h2>${t("event.reason")}</h2>
        <p class="reason">${event.reason}</p>
        ${event.late && html`<${Notice} icon="clock"><p>${t("event.lateDetail")}</p><//>`}
        <dl class="facts">${facts.map(([name, value]) => html`<div><dt>${t(name)}</dt><dd>${value}</dd></div>`)}</dl>
      </div>
    </article>
    <${Neighbours} home=${home} event=${id} />`;
}
