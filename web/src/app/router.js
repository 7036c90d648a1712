// Which page an address asks for. The routes come from the features.

const expression = ({ pattern }) => new RegExp(`^${pattern.replace(/:(\w+)/g, "(?<$1>[^/]+)")}$`);

/**
 * A function that finds the page of an address's hash: {at, page, …} of the first route that fits,
 * with `values` (those of its pattern, decoded) and `key` (the address); null where none fits.
 */
export function router(routes) {
  const known = routes.map((route) => [expression(route.at), route]);
  return (hash = location.hash) => {
    const key = hash.replace(/^#/, "").replace(/\?.*$/, "") || "/";
    for (const [pattern, route] of known) {
      const found = pattern.exec(key);
      if (!found) continue;
      try {
        const values = Object.entries(found.groups ?? {}).map(([name, value]) => [name, decodeURIComponent(value)]);
        return { ...route, values: Object.fromEntries(values), key };
      } catch {
        return null; // not an address this page ever wrote
      }
    }
    return null;
  };
}
