// Starts the page: who is here, in which language, and which page they asked for.
import { bring, has } from "../lib/bring.js";
import { forget, useAnswer } from "../lib/data.js";
import { onLanguage, setLanguage, t } from "../lib/i18n.js";
import { forgetKept, onKept } from "../lib/kept.js";
import { forgetPictures } from "../lib/pictures.js";
import { untouched } from "../lib/repeat.js";
import { expire, lasting, onSession, session } from "../lib/session.js";
import { html, render, useEffect, useLayoutEffect, useRef, useState } from "../lib/ui.js";
import { Hidden, instead } from "../parts/instead.js";
import { ProblemNotice, say } from "../parts/messages.js";
import { changeMe, me as whoAmI } from "./api.js";
import { Login } from "../features/login/parts/login.js";
import { family, first, staff } from "./features.js";
import { router } from "./router.js";
import { Shell } from "./shell.js";

const OWN = { ja: () => import("./words.ja.js"), en: () => import("./words.en.js") };
await bring([{ words: OWN }, ...first]);
let known = family;
let routeOf = router(known.routes);
let whole = false;
const DESK_ENDS = 30 * 60_000; // a desk that nobody touches logs its staff out
let Outbox = null;
const NOTHING = [];
const NOWHERE = { page: Hidden, values: {} };
const here = () => routeOf() ?? { ...NOWHERE, key: location.hash };

/** Has staff's features, too, which no family loads. */
async function grow() {
  const more = await staff();
  known = Object.fromEntries(Object.keys(known).map((part) => [part, [...family[part], ...more[part]]]));
  routeOf = router(known.routes);
  whole = true;
}

/** Fetches what is `wanted` unless it is `ready`: {ready, again}; `again()` is there when it could not be had. */
function useFetched(wanted, ready, fetchIt) {
  const [turn, redraw] = useState(0);
  const [failed, fail] = useState(null);
  const next = () => redraw((n) => n + 1);
  useEffect(() => {
    let live = true;
    fail(null);
    if (!ready) fetchIt().then(() => live && next(), () => live && fail([wanted]));
    return () => { live = false; };
  }, [ready, wanted, turn]);
  return { ready, again: failed?.[0] === wanted && !ready && next };
}
const useFeatures = (wanted) => useFetched(wanted, has(wanted), () => bring(wanted));
const useStaff = (wanted) => useFetched(wanted, !wanted || whole, grow);
const NotThere = ({ again }) => again && html`<${ProblemNotice} problem=${{ kind: "offline" }} retry=${again} />`;

/** Goes to the top of a new page, and back to where one was on a page that keeps its place. */
function usePlace({ key, keepsPlace }) {
  const places = useRef(new Map());
  const before = useRef(null);
  useEffect(() => {
    const note = () => places.current.set(here().key, scrollY);
    addEventListener("scroll", note, { passive: true });
    return () => removeEventListener("scroll", note);
  }, []);
  useLayoutEffect(() => {
    const from = before.current;
    before.current = key;
    if (from === null || from === key) return;
    scrollTo(0, keepsPlace ? places.current.get(key) ?? 0 : 0);
    const cameFrom = [...document.querySelectorAll("main a")].find((link) => link.hash === `#${from}`);
    const back = keepsPlace ? cameFrom : null;
    (back ?? document.getElementById("main")).focus({ preventScroll: true });
  }, [key]);
}

/** What is kept until it can be sent. It is fetched after the page, since there is rarely any. */
function Kept({ loggedIn }) {
  const [, redraw] = useState(0);
  useEffect(() => {
    import("../features/outbox/parts/outbox.js").then((module) => {
      Outbox = module.Outbox;
      redraw((n) => n + 1);
    }, () => {});
  }, []);
  return Outbox && html`<${Outbox} loggedIn=${loggedIn} />`;
}

function Visit({ route }) {
  const answer = useAnswer(whoAmI.path());
  const { data: me, put } = answer;
  const language = me?.language;
  useEffect(() => { if (language) setLanguage(language); }, [language]);
  useEffect(() => { import("../features/login/parts/push.js").then(({ renew }) => renew()).catch(() => {}); }, []);
  useEffect(() => {
    if (!me) return;
    import("../lib/drafts.js").then(({ belong }) => belong(me.id), () => {});
    import("../lib/outbox.js").then(({ belongsTo }) => belongsTo(me.id), () => {});
  }, [me?.id]);
  usePlace(route);
  const shared = me?.groups.length > 0 && !lasting();
  useEffect(() => {
    if (!shared) return undefined;
    const timer = setInterval(() => untouched() > DESK_ENDS && expire(), 30_000);
    return () => clearInterval(timer);
  }, [shared]);
  const choose = async (chosen) => {
    try {
      put(await changeMe({}, { language: chosen }));
      forget(whoAmI.path()); // reasons come in the person's language
    } catch {
      say(t("problem.refused"));
    }
  };
  const desks = useStaff(me?.groups.length > 0);
  const { page: Page, values, key } = route;
  const title = route.title && t(route.title);
  if (!desks.ready) return html`<${Shell} loggedIn onLanguage=${choose}><${NotThere} again=${desks.again} /><//>`;
  const shown = me ? known.menu.filter((one) => one.shown(me)) : [];
  return html`<${Shell} loggedIn menu=${shown} onLanguage=${choose}>
    <${Kept} loggedIn />
    ${(me || answer.problem) && (instead(answer, title) ?? html`<${Page} key=${`${key} ${language}`} ...${values} me=${me} title=${title} menu=${shown} entrances=${known.entrances} />`)}
  <//>`; // nothing in it before it is known who is here: the links at the top would move it
}

function App() {
  const [, redraw] = useState(0);
  const desks = useStaff(routeOf() === null);
  const route = here();
  const { ready, again } = useFeatures(route.needs ?? NOTHING);
  const [expired, setExpired] = useState(false);
  useEffect(() => {
    const stops = [
      onLanguage(() => redraw((n) => n + 1)),
      onKept(() => redraw((n) => n + 1)),
      onSession((ended) => {
        setExpired(ended);
        if (!session()) {
          forget();
          forgetPictures();
          forgetKept();
        }
        redraw((n) => n + 1);
      }),
    ];
    const moved = () => redraw((n) => n + 1);
    addEventListener("hashchange", moved);
    if (here().key !== route.key) moved(); // somebody went on before this was listening
    return () => {
      removeEventListener("hashchange", moved);
      for (const stop of stops) stop();
    };
  }, []);
  // The address stays while somebody logs in, so a link from a mail is not lost.
  if (!desks.ready || !ready) return html`<${Shell} loggedIn=${Boolean(session())}><${NotThere} again=${desks.again || again} /><//>`; // nothing that would move
  if (route.open) {
    const { page: Page, values, key } = route;
    return html`<${Shell} loggedIn=${Boolean(session())}><${Page} key=${key} ...${values} title=${t(route.title)} /><//>`;
  }
  if (!session()) return html`<${Shell}><${Kept} /><${Login} expired=${expired} deepLink=${route.fromMail} /><//>`;
  return html`<${Visit} route=${route} />`;
}

if ("serviceWorker" in navigator) {
  const ours = globalThis.trustedTypes?.createPolicy("worker", { createScriptURL: (url) => url });
  navigator.serviceWorker.register(ours?.createScriptURL("/sw.js") ?? "/sw.js").catch(() => {});
}

history.scrollRestoration = "manual";
const place = document.getElementById("app");
place.replaceChildren();
render(html`<${App} />`, place);
