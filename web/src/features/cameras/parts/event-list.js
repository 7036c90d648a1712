// The latest detections of a home, by day.
import { dayWords, t, word } from "../../../lib/i18n.js";
import { clockTime, dayName, dayOf } from "../../../lib/time.js";
import { html, useEffect, useRef, useState } from "../../../lib/ui.js";
import { Icon } from "../../../parts/icon.js";
import { Empty, Loading, Notice, ProblemNotice } from "../../../parts/messages.js";
import { event as eventLink } from "../links.js";
import { Thumbnail } from "./thumbnail.js";

function Marks({ event }) {
  return html`
    ${event.late && html`<span class="mark late"><${Icon} name="clock" />${t("events.late")}</span>`}
    ${event.pictures === "on-device" && html`<span class="mark"><${Icon} name="phone" />${t("events.onDevice")}</span>`}
    ${event.pictures === "none" && html`<span class="mark"><${Icon} name="motion" />${t("events.motionOnly")}</span>`}`;
}

function Item({ home, event }) {
  return html`<li><a class="event" href=${eventLink({ home, event: event.id })}>
    <${Thumbnail} path=${event.pictures === "cloud" ? event.picture : null} kind=${event.kind} alt=${t("events.alt", { camera: event.camera })} />
    <div class="event-text">
      <p class="event-title">${word("event", event.kind)}</p>
      <p class="event-when"><time datetime=${event.at}>${clockTime(event.at)}</time><span>${event.camera}</span></p>
      <p class="event-reason">${event.reason}</p>
      <${Marks} event=${event} />
    </div>
  </a></li>`;
}

/**
 * The part of `events` to show: what arrives above while somebody reads further down waits there,
 * so that nothing moves under their eyes. {shown, waiting, reveal}
 */
function useCalm(list, events = []) {
  const [, redraw] = useState(0);
  const first = useRef(null);
  const below = () => list.current && list.current.getBoundingClientRect().top < 0;
  const at = events.findIndex((event) => event.id === first.current);
  const waiting = at > 0 && below() ? at : 0;
  first.current = events[waiting]?.id ?? null;
  useEffect(() => {
    if (!waiting) return undefined;
    const back = () => below() || redraw((n) => n + 1);
    addEventListener("scroll", back, { passive: true });
    return () => removeEventListener("scroll", back);
  }, [waiting]);
  const reveal = () => {
    first.current = null;
    redraw((n) => n + 1);
    list.current.closest("section").scrollIntoView();
  };
  return { shown: events.slice(waiting), waiting, reveal };
}

export function EventList({ home, list }) {
  const { events, problem, reading, reload, more } = list;
  const place = useRef();
  const { shown, waiting, reveal } = useCalm(place, events);
  if (!events) return problem ? html`<${ProblemNotice} problem=${problem} retry=${reload} />` : html`<${Loading} />`;
  const days = byDay(shown);
  return html`<div ref=${place} class="events">
    ${waiting > 0 && html`<button type="button" class="button primary arrivals" onClick=${reveal}><${Icon} name="up" />${t("events.new", { n: waiting })}</button>`}
    ${problem && html`<${Notice} tone="warn"><p>${t("problem.stale")}</p><//>`}
    ${events.length === 0 && html`<${Empty} icon="bell" title=${t("events.none")}><p>${t("events.noneDetail")}</p><//>`}
    ${[...days].map(([day, ofDay]) => html`<section key=${day} aria-labelledby=${`day-${day}`}>
      <h3 class="day" id=${`day-${day}`}>${dayName(day, dayWords())}</h3>
      <ol>${ofDay.map((event) => html`<${Item} key=${event.id} home=${home} event=${event} />`)}</ol>
    </section>`)}
    ${more && html`<button type="button" class="button quiet wide" aria-disabled=${reading ? "true" : undefined} onClick=${() => reading || more()}>${reading ? t("app.loading") : t("events.more")}</button>`}
  </div>`;
}

function byDay(events) {
  const days = new Map();
  for (const event of events) {
    const day = dayOf(event.at);
    days.set(day, [...(days.get(day) ?? []), event]);
  }
  return days;
}
