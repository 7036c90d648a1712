// While somebody is on duty the page says where they are, and calls when something new is for them.
import { t } from "../../../lib/i18n.js";
import { now } from "../../../lib/clock.js";
import { useAnswer } from "../../../lib/data.js";
import { follow } from "../../../lib/position.js";
import { ago } from "../../../lib/time.js";
import { html, useEffect, useRef, useState } from "../../../lib/ui.js";
import { Notice } from "../../../parts/messages.js";
import { myDuty, tasks, tellPosition } from "../api.js";

const PACE = 10_000;
const EVERY = 60_000; // ms between two positions: half an hour old, nobody is sent any more
const OLD = 10 * 60_000;
const CALL = [400, 200, 400]; // ms of a phone's buzzing and pausing

/** Says where the person is as long as they are on duty; whether the device does not tell. */
export function usePosition(me, put) {
  const [lost, setLost] = useState(false);
  useEffect(() => {
    if (!me?.on_duty) return undefined;
    return follow({
      pace: EVERY,
      lost: () => setLost(true),
      tell: async (place) => {
        try {
          put(await tellPosition({}, place));
          setLost(false);
          return true;
        } catch {
          return false;
        }
      },
    });
  }, [me?.on_duty]);
  return Boolean(me?.on_duty) && lost;
}

/** How old the last position is; a warning where it is too old to be sent anywhere. */
export function Age({ me, lost }) {
  const old = me.on_duty && now() - Date.parse(me.seen_at) > OLD;
  const said = lost ? "duty.lost" : me.position_needed ? "duty.unseen" : "duty.old";
  return html`<p class="hint">${t("duty.seen", { when: ago(me.seen_at) })}</p>
    ${(old || lost || me.position_needed) && html`<${Notice} tone="warn" live><p>${t(said)}</p><//>`}`;
}

/** What is for this person, as far as it calls for attention: tasks, and what is new in them. */
const callsOf = (found) => found
  .filter(({ group }) => group.startsWith("person:"))
  .flatMap(({ id, news }) => [id, ...news.map(({ at }) => `${id} ${at}`)]);

/** Buzzes when a task, or news in one, has come that was not there before. */
export function useCalls(found) {
  const known = useRef(null);
  useEffect(() => {
    if (!found) return;
    const calls = callsOf(found);
    if (known.current && calls.some((one) => !known.current.has(one))) navigator.vibrate?.(CALL);
    known.current = new Set(calls);
  }, [found]);
}

/** On other pages than the desk: positions go on, and calls come through. */
export function Underway() {
  const { data: me, put } = useAnswer(myDuty.path(), { every: PACE });
  const lost = usePosition(me, put);
  useCalls(useAnswer(tasks.path(), { every: PACE }).data);
  return lost && html`<${Notice} tone="warn" live><p>${t("duty.lost")}</p><//>`;
}
