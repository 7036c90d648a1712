// A home's detections, newest first: read page by page, kept fresh at the top.
import { forgetWith } from "../../lib/data.js";
import { repeat } from "../../lib/repeat.js";
import { useEffect, useRef, useState } from "../../lib/ui.js";
import { eventsOf } from "./api.js";

const PAGE = 10;
const PACE = 5000;
const lists = new Map();

forgetWith(() => lists.clear());
export const knownEvents = (home) => lists.get(home)?.events ?? [];

/** The list with its newest page read again: what is new, changed or gone there, and the rest. */
export function merged(list, page) {
  if (!list) return { ...page, arrived: 0 };
  const known = new Set(list.events.map((event) => event.id));
  const last = page.events.at(-1);
  const overlaps = page.events.some((event) => known.has(event.id));
  const older = overlaps && page.next ? list.events.filter((event) => event.at < last.at) : [];
  return {
    events: [...page.events, ...older],
    next: older.length ? list.next : page.next,
    arrived: page.events.filter((event) => !known.has(event.id)).length,
  };
}

/** {events, problem, arrived, more}: `more` reads on, null at the end. */
export function useEvents(home) {
  const [, redraw] = useState(0);
  const [problem, setProblem] = useState(null);
  const [reading, setReading] = useState(false);
  const list = lists.get(home);

  const drawn = useRef();
  drawn.current = list;

  const keep = (next) => {
    const text = ({ events, next: more } = {}) => JSON.stringify([events, more]);
    if (text(lists.get(home)) !== text(next)) lists.set(home, next);
    if (lists.get(home) !== drawn.current) redraw((n) => n + 1);
  };
  const refresh = async () => {
    try {
      const page = await eventsOf({ home, limit: PAGE });
      setProblem(null);
      keep(merged(lists.get(home), page));
      return true;
    } catch (error) {
      setProblem(error);
      return false;
    }
  };
  const more = async () => {
    setReading(true);
    try {
      const page = await eventsOf({ home, limit: PAGE, before: list.next });
      const now = lists.get(home);
      keep({ events: [...now.events, ...page.events], next: page.next, arrived: 0 });
      setProblem(null);
    } catch (error) {
      setProblem(error);
    }
    setReading(false);
  };
  const rounds = useRef();
  useEffect(() => {
    rounds.current = repeat(refresh, PACE);
    return rounds.current.stop;
  }, [home]);
  return { events: list?.events, arrived: list?.arrived ?? 0, problem, reading, reload: () => rounds.current?.now(), more: list?.next ? more : null };
}

/** The detections just after and before one: {newer, older}, each an id or null. */
export async function neighbours(home, event) {
  let events = knownEvents(home);
  if (!events.some((one) => one.id === event)) {
    events = (await eventsOf({ home, limit: PAGE })).events;
  }
  const at = events.findIndex((one) => one.id === event);
  const older = events[at + 1]?.id
    ?? (await eventsOf({ home, limit: 1, before: event })).events[0]?.id;
  return { newer: at > 0 ? events[at - 1].id : null, older: older ?? null };
}
