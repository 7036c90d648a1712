// Starts the page: who is here, in which language, and which page they asked for.
import { onLanguage, setLanguage, t } from "./i18n/index.js";
import { call, paths } from "./lib/api.js";
import { onSession, session } from "./lib/auth.js";
import { forget, useAnswer } from "./lib/data.js";
import { forgetEvents } from "./lib/events.js";
import { forgetPictures } from "./lib/pictures.js";
import { route } from "./lib/router.js";
import { isStaff } from "./lib/staff.js";
import { html, render, useEffect, useLayoutEffect, useRef, useState } from "./lib/ui.js";
import { AddCamera } from "./pages/add-camera.js";
import { CasePage } from "./pages/case.js";
import { Desk } from "./pages/desk.js";
import { Event } from "./pages/event.js";
import { Home } from "./pages/home.js";
import { HomeCheck } from "./pages/home-check.js";
import { Homes } from "./pages/homes.js";
import { Hidden, instead } from "./pages/instead.js";
import { Login } from "./pages/login.js";
import { Request } from "./pages/request.js";
import { TaskPage } from "./pages/task.js";
import { say } from "./parts/messages.js";
import { Frame } from "./parts/page.js";

const PAGES = {
  homes: Homes, home: Home, event: Event, addCamera: AddCamera, homeCheck: HomeCheck,
  desk: Desk, request: Request, task: TaskPage, case: CasePage, notFound: Hidden,
};

/** Goes to the top of a new page, and back to where one was on a page that one returns to. */
function usePlace(here) {
  const places = useRef(new Map());
  const before = useRef(null);
  useEffect(() => {
    const note = () => places.current.set(route().key, scrollY);
    addEventListener("scroll", note, { passive: true });
    return () => removeEventListener("scroll", note);
  }, []);
  useLayoutEffect(() => {
    const from = before.current;
    before.current = here.key;
    if (from === null || from === here.key) return;
    scrollTo(0, here.page === "home" ? places.current.get(here.key) ?? 0 : 0);
    const cameFrom = [...document.querySelectorAll("main a")].find((link) => link.hash === `#${from}`);
    const back = here.page === "home" ? cameFrom : null;
    (back ?? document.getElementById("main")).focus({ preventScroll: true });
  }, [here.key]);
}

function Visit({ here }) {
  const answer = useAnswer(paths.me);
  const { data: me, put } = answer;
  const language = me?.language;
  useEffect(() => { if (language) setLanguage(language); }, [language]);
  usePlace(here);
  const choose = async (chosen) => {
    try {
      put(await call("PATCH", paths.me, { language: chosen }));
      forget(paths.me); // reasons come in the person's language
      forgetEvents();
    } catch {
      say(t("problem.refused"));
    }
  };
  const Page = PAGES[here.page];
  return html`<${Frame} loggedIn staff=${me && isStaff(me)} onLanguage=${choose}>
    ${instead(answer) ?? html`<${Page} key=${`${here.key} ${language}`} me=${me} home=${here.home} event=${here.event} id=${here.id} />`}
  <//>`;
}

function App() {
  const [here, go] = useState(route());
  const [expired, setExpired] = useState(false);
  const [, redraw] = useState(0);
  useEffect(() => {
    const stops = [
      onLanguage(() => redraw((n) => n + 1)),
      onSession((ended) => {
        setExpired(ended);
        if (!session()) {
          forget();
          forgetEvents();
          forgetPictures();
        }
        redraw((n) => n + 1);
      }),
    ];
    const moved = () => go(route());
    addEventListener("hashchange", moved);
    return () => {
      removeEventListener("hashchange", moved);
      for (const stop of stops) stop();
    };
  }, []);
  // The address stays while somebody logs in, so a link from a mail is not lost.
  if (!session()) return html`<${Frame}><${Login} expired=${expired} deepLink=${here.page === "event"} /><//>`;
  return html`<${Visit} here=${here} />`;
}

history.scrollRestoration = "manual";
const place = document.getElementById("app");
place.replaceChildren();
render(html`<${App} />`, place);
