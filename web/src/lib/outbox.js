// What could not be sent: kept on this device, in the order in which it was said, and sent once when
// there is a line and a login again. It belongs to the person who said it.
import { now } from "./clock.js";
import { KEPT, sendKept } from "./http.js";
import { onSession, session } from "./session.js";

const NAME = "mimamori.outbox";
const STORE = "requests";
const PACE = 20_000;
const listeners = new Set();
const tabs = "BroadcastChannel" in globalThis ? new BroadcastChannel(NAME) : null;
let person = null;
let here = false; // whether it is known that this person is logged in
onSession(() => { if (!session()) here = false; });

// --- the store: {id, person, at, method, path, body, kind, key, problem}

const opened = () => new Promise((resolve, reject) => {
  const asked = indexedDB.open(NAME, 1);
  asked.onupgradeneeded = () => asked.result.createObjectStore(STORE, { keyPath: "id", autoIncrement: true });
  asked.onsuccess = () => resolve(asked.result);
  asked.onerror = () => reject(asked.error);
});

async function inStore(mode, work) {
  const database = await opened();
  try {
    return await new Promise((resolve, reject) => {
      const transaction = database.transaction(STORE, mode);
      const asked = work(transaction.objectStore(STORE));
      transaction.oncomplete = () => resolve(asked.result);
      transaction.onerror = transaction.onabort = () => reject(transaction.error);
    });
  } finally {
    database.close();
  }
}

const all = () => inStore("readonly", (store) => store.getAll());
const put = (one) => inStore("readwrite", (store) => store.put(one));
const remove = (id) => inStore("readwrite", (store) => store.delete(id));

function changed() {
  for (const listener of listeners) listener();
}
function tellAll() {
  changed();
  tabs?.postMessage("changed");
}
tabs?.addEventListener("message", changed);

/** What this person said that is not sent, or was refused later; the oldest first. */
export const kept = async () => (await all()).filter((one) => one.person === person);

/** A person has read what became of a request that was refused. */
export async function drop(id) {
  await remove(id);
  tellAll();
}

export function onOutbox(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Whose requests are sent: who is logged in here. */
export function belongsTo(who) {
  person = who;
  here = true;
  changed();
  flush();
}

const waits = (problem) => ["offline", "server", "login"].includes(problem.kind);

/** Sends a request by `send(key)`, or keeps it: KEPT. It goes after what is kept already. A Problem
 *  for what is refused, and for whatever cannot be kept. */
export async function keep({ method, path, late, body, kind }, send) {
  const who = person;
  const one = { person: who, at: now(), method, path, body, kind, key: crypto.randomUUID(), problem: null };
  const before = await kept().catch(() => []);
  if (!before.some(({ problem }) => !problem)) {
    try {
      return await send(one.key);
    } catch (problem) {
      if (!waits(problem) || !who) throw problem;
      one.path = late(new Date(one.at).toISOString());
      await put(one).catch(() => { throw problem; });
    }
  } else {
    one.path = late(new Date(one.at).toISOString());
    await put(one);
  }
  tellAll();
  flush();
  return KEPT;
}

/** Sends what is kept, in its order, until something does not get through. One tab does. */
export async function flush() {
  const locks = navigator.locks ?? { request: (name, how, work) => work({}) };
  await locks.request(NAME, { ifAvailable: true }, async (lock) => {
    if (!lock || !person || !here) return;
    for (const one of await kept()) {
      if (one.problem) continue;
      if (!here) return;
      try {
        await sendKept(one);
        await remove(one.id);
      } catch (problem) {
        if (waits(problem)) return;
        const { title, detail, status, errors } = problem;
        await put({ ...one, problem: { title, detail, status, errors } });
      }
      tellAll();
    }
  }).catch(() => {});
}

addEventListener("online", flush);
document.addEventListener("visibilitychange", () => document.hidden || flush());
setInterval(() => document.hidden || flush(), PACE);
