import { dayWords, t } from "../../../lib/i18n.js";
import { first } from "../../../lib/address.js";
import { useEvents } from "../../cameras/events.js";
import { moment } from "../../../lib/time.js";
import { html, useEffect, useRef, useState } from "../../../lib/ui.js";
import { CameraCard, cameraState } from "../../cameras/parts/camera-card.js";
import { EventList } from "../../cameras/parts/event-list.js";
import { Icon } from "../../../parts/icon.js";
import { Empty, Notice } from "../../../parts/messages.js";
import { MotionChart } from "../../motion/parts/later.js";
import { instead } from "../../../parts/instead.js";
import { Back, Title } from "../../../parts/page.js";
import { addCamera, event } from "../../cameras/links.js";
import { newsList } from "../../news/api.js";
import { news } from "../../news/links.js";
import { useAnswer } from "../../../lib/data.js";
import { useHome } from "../api.js";
import { Urgent } from "../parts/urgent.js";

const PACE = 20_000;
const NEWS_PACE = 10 * 60_000;

/** The answer to the first question: is everything all right? */
function Summary({ home, devices, events }) {
  const states = devices.map(cameraState);
  const quiet = devices.filter((_, n) => states[n] === "silent");
  const silent = quiet.length;
  const well = states.includes("active") && !silent;
  const words = silent === 1 ? t("home.oneSilent", { name: quiet[0].name }) : silent ? t("home.someSilent", { n: silent }) : well ? t("home.allWell") : t("home.noneYet");
  const last = events?.[0];
  return html`<div class=${`summary ${silent ? "warn" : well ? "well" : ""}`}>
    <${Icon} name=${silent ? "warn" : well ? "check" : "info"} />
    <div>
      <p class="summary-main">${words}</p>
      ${events && html`<p>${last
        ? html`<a href=${event({ home, event: last.id })}>${t("home.lastEvent", { when: moment(last.at, dayWords()), camera: last.camera })}</a>`
        : t("home.noEvent")}</p>`}
    </div>
  </div>`;
}

/** Says that something arrived to those who cannot see it appear. */
function Arrivals({ list }) {
  const [said, setSaid] = useState("");
  const newest = list.events?.[0]?.id;
  const first = useRef(true);
  useEffect(() => {
    if (!list.events) return;
    if (!first.current && list.arrived) setSaid(t("events.new", { n: list.arrived }));
    first.current = false;
  }, [newest]);
  return html`<p class="unseen" role="status">${said}</p>`;
}

const PARTS = [["cameras", "camera", "home.cameras"], ["events", "bell", "events.title"], ["motion", "motion", "motion.short"]];

/** On a phone the parts of the page are far apart: a bar leads to them. */
function Jumps() {
  const [at, setAt] = useState("cameras");
  const place = (part) => document.querySelector(`.home-${part}`);
  useEffect(() => {
    const places = new Map(PARTS.map(([part]) => [place(part), part]));
    const observer = new IntersectionObserver((entries) => {
      const seen = entries.find((entry) => entry.isIntersecting);
      if (seen) setAt(places.get(seen.target));
    }, { rootMargin: "-35% 0px -64% 0px" });
    for (const element of places.keys()) observer.observe(element);
    return () => observer.disconnect();
  }, []);
  const jump = (part) => {
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    place(part).scrollIntoView({ behavior: still ? "auto" : "smooth" });
  };
  return html`<nav class="jumps" aria-label=${t("app.jump")}>${PARTS.map(([part, icon, words]) => html`
    <button type="button" aria-current=${at === part ? "true" : undefined} onClick=${() => jump(part)}><${Icon} name=${icon} />${t(words)}</button>`)}</nav>`;
}

export function Home({ me, home: id, title, entrances }) {
  const answer = useHome(id, { every: PACE });
  const list = useEvents(id);
  const said = useAnswer(newsList.path(), { every: NEWS_PACE });
  const reload = () => {
    answer.reload();
    list.reload();
  };
  // Shown at once with the notices, whose newest stands at the top: nothing moves down.
  const known = ((list.events || list.problem) && (said.data || said.problem)) || answer.problem;
  const other = instead({ ...answer, data: known && answer.data, reload }, me.homes.find((one) => one.id === id)?.name ?? title);
  if (other) return other;
  const { data: home, problem, put } = answer;
  const cameras = home.devices.filter(({ group }) => group === "camera");
  const measuring = cameras.filter(({ state }) => state === "active");
  const contractor = home.role === "contractor";
  const watched = home.features.includes("room-watch");
  const others = entrances.filter(({ shown }) => shown(home));
  const changed = (device) => put(home.devices.map((one) => (one.id === device.id ? { ...one, ...device } : one)));
  const removed = (device) => put(home.devices.filter((one) => one.id !== device.id));
  return html`
    ${me.homes.length > 1 && html`<${Back} href=${first()}>${t("homes.title")}<//>`}
    <${Title}>${home.name}<//>
    <${Urgent} list=${said.data} />
    ${problem && html`<${Notice} tone="warn" live><p>${t("problem.stale")}</p><//>`}
    ${!watched && others.every(({ anyway }) => anyway) && html`<${Notice} tone="error" live><p>${t("home.notInContract")}</p><//>`}
    ${watched && html`<${Summary} home=${id} devices=${cameras} events=${list.events} />`}
    <${Arrivals} list=${list} />
    <div class="home">
      <section class="home-cameras" aria-labelledby=${watched ? "cameras-title" : undefined}>
        ${watched && html`<div class="section-head"><h2 id="cameras-title">${t("home.cameras")}</h2><span>${t("home.count", { n: cameras.length, max: home.limits.camera })}</span></div>`}
        ${watched && cameras.length === 0 && html`<${Empty} icon="camera" title=${t("home.noCamera")}><p>${contractor ? t("home.noCameraContractor") : t("home.noCameraWatcher")}</p><//>`}
        <div class="cameras">
          ${watched && cameras.map((device) => html`<${CameraCard} key=${device.id} home=${id} device=${device} contractor=${contractor} onChanged=${changed} onRemoved=${removed} />`)}
        </div>
        ${contractor && watched && html`<a class="button outline wide" href=${addCamera({ home: id })}><${Icon} name="plus" />${t("camera.add")}</a>`}
        ${others.map(({ icon, words, link }) => html`<a class="button outline wide" href=${link({ home: id })}><${Icon} name=${icon} />${link === news && said.data?.unread ? t("home.unreadNews", { n: said.data.unread }) : t(words)}</a>`)}
      </section>
      ${watched && html`<section class="home-events" aria-labelledby="events-title">
        <div class="section-head"><h2 id="events-title">${t("events.title")}</h2></div>
        <${EventList} home=${id} list=${list} />
      </section>`}
      ${watched && measuring.length > 0 && html`<div class="home-motion"><${MotionChart} home=${id} devices=${measuring} /></div>`}
    </div>
    ${watched && measuring.length > 0 && html`<${Jumps} />`}`;
}
