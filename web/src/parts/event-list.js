// The latest detections of a home, by day.
import { dayWords, t, word } from "../i18n/index.js";
import { links } from "../lib/router.js";
import { clockTime, dayName, dayOf } from "../lib/time.js";
import { html, useLayoutEffect, useRef } from "../lib/ui.js";
import { Icon } from "./icon.js";
import { Empty, Loading, Notice, ProblemNotice } from "./messages.js";
import { Thumbnail } from "./picture.js";

export function Marks({ event }) {
  return html`
    ${event.late && html`<span class="mark late"><${Icon} name="clock" />${t("events.late")}</span>`}
    ${event.pictures === "on-device" && html`<span class="mark"><${Icon} name="phone" />${t("events.onDevice")}</span>`}
    ${event.pictures === "none" && html`<span class="mark"><${Icon} name="motion" />${t("events.motionOnly")}</span>`}`;
}

function Item({ home, event }) {
  return html`<li><a class="event" href=${links.event(home, event.id)}>
    <${Thumbnail} path=${event.pictures === "cloud" ? event.picture : null} kind=${event.kind} alt=${t("events.alt", { camera: event.camera })} />
    <div class="event-text">
      <p class="event-title">${word("event", event.kind)}</p>
      <p class="event-when"><time datetime=${event.at}>${clockTime(event.at)}</time><span>${event.camera}</span></p>
      <p class="event-reason">${event.reason}</p>
      <${Marks} event=${event} />
    </div>
  </a></li>`;
}

/** Keeps what is being read where it is when something arrives above it. */
function useSteadyScroll(list, events) {
  const seen = useRef(null);
  const anchors = CSS.supports("overflow-anchor", "auto"); // then the browser does it
  useLayoutEffect(() => {
    if (anchors || !list.current) return;
    const items = [...list.current.querySelectorAll("a.event")];
    const before = seen.current && items.find((item) => item.hash === seen.current.hash);
    if (before && scrollY > 0) scrollBy(0, before.getBoundingClientRect().top + scrollY - seen.current.at);
    const top = items.find((item) => item.getBoundingClientRect().top > 0);
    seen.current = top ? { hash: top.hash, at: top.getBoundingClientRect().top + scrollY } : null;
  }, [events]);
}

export function EventList({ home, list }) {
  const { events, problem, reading, reload, more } = list;
  const place = useRef();
  useSteadyScroll(place, events);
  if (!events) return problem ? html`<${ProblemNotice} problem=${problem} retry=${reload} />` : html`<${Loading} />`;
  const days = byDay(events);
  return html`<div ref=${place} class="events">
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
