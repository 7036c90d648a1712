// Pages by the address's hash. Ids are encoded in links and decoded here.
const PAGES = [
  [/^\/?$/, "homes"],
  [/^\/homes\/([^/]+)$/, "home"],
  [/^\/homes\/([^/]+)\/cameras\/new$/, "addCamera"],
  [/^\/homes\/([^/]+)\/events\/([^/]+)$/, "event"],
  [/^\/homes\/([^/]+)\/home-check$/, "homeCheck"],
  [/^\/desk$/, "desk"],
  [/^\/desk\/new$/, "request"],
  [/^\/desk\/tasks\/([^/]+)$/, "task"],
  [/^\/desk\/cases\/([^/]+)$/, "case"],
];

export function route(hash = location.hash) {
  const path = hash.replace(/^#/, "").replace(/\?.*$/, "");
  for (const [pattern, page] of PAGES) {
    const found = pattern.exec(path);
    if (!found) continue;
    try {
      const [first, event] = found.slice(1).map(decodeURIComponent);
      return { page, ...(path.startsWith("/desk") ? { id: first } : { home: first, event }), key: path };
    } catch {
      break; // not an address this page ever wrote
    }
  }
  return { page: "notFound", key: path };
}

const part = encodeURIComponent;
export const links = {
  homes: "#/",
  home: (home) => `#/homes/${part(home)}`,
  addCamera: (home) => `#/homes/${part(home)}/cameras/new`,
  event: (home, event) => `#/homes/${part(home)}/events/${part(event)}`,
  homeCheck: (home) => `#/homes/${part(home)}/home-check`,
  desk: "#/desk",
  request: "#/desk/new",
  task: (id) => `#/desk/tasks/${part(id)}`,
  case: (id) => `#/desk/cases/${part(id)}`,
};
