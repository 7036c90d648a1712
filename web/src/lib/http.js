// The HTTP API. Whatever goes wrong becomes a Problem that can be shown in words.
import { language } from "./i18n.js";
import { AuthProblem, expire, idToken } from "./session.js";
import { setByAnswer } from "./clock.js";

const PATIENCE = 20_000;

export class Problem extends Error {
  /** `kind`: "offline" nothing came back, "server" the service failed, "login", or "refused". */
  constructor(kind, { status = 0, type = "", title = "", detail = "", rule = null, errors = [] } = {}) {
    super(title || kind);
    Object.assign(this, { kind, status, type, title, detail, rule, errors });
  }

  /** Not there, or not for this person: the page must not tell which. (Members of a home whose
   *  contract does not allow something are told so: 403 with words.) */
  get hidden() {
    return this.status === 404 || (this.status === 403 && !this.detail);
  }
}

/** The Idempotency-Key of each request whose outcome nobody knows: sent again, it has the same. */
const unanswered = new Map();

async function send(method, path, body, { refused = null, open = false, key = null } = {}) {
  const token = open ? null : await idToken(refused);
  if (!token && !open) throw new Problem("login");
  const response = await fetch(path, {
    method,
    headers: {
      ...(token ? { Authorization: `Bearer ${token}` } : {}),
      "Accept-Language": language(),
      ...(body === undefined ? {} : { "Content-Type": "application/json" }),
      ...(key ? { "Idempotency-Key": key } : {}),
    },
    body: body === undefined ? undefined : JSON.stringify(body),
    cache: /\/(pictures|images)\//.test(path) ? "default" : "no-store",
    signal: AbortSignal.timeout(PATIENCE),
  });
  return { response, token };
}

async function answer(method, path, body, how) {
  let response;
  try {
    let token;
    ({ response, token } = await send(method, path, body, how));
    if (response.status === 401 && token) ({ response } = await send(method, path, body, { ...how, refused: token }));
  } catch (error) {
    if (error instanceof Problem) throw error;
    if (error instanceof AuthProblem && error.code !== "offline") throw new Problem("login");
    throw new Problem("offline");
  }
  if (response.ok) return response;
  const said = await response.json().catch(() => ({}));
  if (response.status === 401) expire();
  const kind = response.status >= 500 ? "server" : response.status === 401 ? "login" : "refused";
  throw new Problem(kind, { ...said, status: response.status });
}

async function call(method, path, body, how) {
  const response = method === "POST" ? await post(path, body, how) : await answer(method, path, body, how);
  setByAnswer(response);
  return response.status === 204 ? null : response.json().catch(() => { throw new Problem("offline"); });
}

/** A POST under a key of its own until an answer is known: a double click, or another try of what
 *  may have arrived, is not done twice by routes that take the key. */
async function post(path, body, how) {
  if (how?.key) return answer("POST", path, body, how);
  const request = `${path}\n${JSON.stringify(body)}`;
  if (!unanswered.has(request)) unanswered.set(request, crypto.randomUUID());
  try {
    const response = await answer("POST", path, body, { ...how, key: unanswered.get(request) });
    unanswered.delete(request);
    return response;
  } catch (problem) {
    if (problem.kind === "refused") unanswered.delete(request);
    throw problem;
  }
}

export const get = (path) => call("GET", path);

export async function getFile(path) {
  const response = await answer("GET", path);
  return response.blob().catch(() => { throw new Problem("offline"); });
}

/**
 * A route of the API, written as docs/openapi.json writes it, with the names of its query:
 * "GET /homes/{home}/events?limit&before". Calling it, (values, body), sends a request and gives
 * what is answered; `path(values)` gives the address alone, for what fetches it in its own time.
 */
export const endpoint = (route) => routed(route);

/** What a route of `lateEndpoint` gives where the request is kept and sent later. */
export const KEPT = Symbol("kept");

/**
 * The same for what must not be lost where there is no line, or no login any more: it is kept on the
 * device and sent later, once (lib/outbox.js), with the time at which it was said unless `values` has
 * another; KEPT is given then. `kind` says in words what it is.
 */
export function lateEndpoint(route, kind) {
  const { path } = routed(route);
  const method = route.split(" ")[0];
  return Object.assign(async (values, body) => {
    const { keep } = await import("./outbox.js").catch(() => ({}));
    const sent = path(values);
    if (!keep) return call(method, sent, body);
    const timed = (at) => path({ occurred_at: at, ...values });
    return keep({ method, path: sent, late: timed, body, kind }, (key) => call(method, sent, body, { key }));
  }, { path });
}

/** Sends what was kept; the Problem tells what came of it. */
export const sendKept = ({ method, path, body, key }) => call(method, path, body, { key });

/** The same for a route that asks for no login: a link in a mail is enough. */
export const openEndpoint = (route) => routed(route, { open: true });

function routed(route, how) {
  const [method, address] = route.split(" ");
  const [template, names = ""] = address.split("?");
  const path = (values = {}) => {
    const place = template.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(values[name]));
    const asked = names.split("&").filter((name) => values[name] !== undefined).map((name) => [name, values[name]]);
    const query = String(new URLSearchParams(asked));
    return `/api${place}${query && `?${query}`}`;
  };
  return Object.assign((values, body) => call(method, path(values), body, how), { path });
}
