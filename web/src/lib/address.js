// Addresses of the page's own pages, as patterns: links are made from them and recognised by them.

/**
 * The link to a page, as a function of the values in its pattern: address("/homes/:home") gives
 * ({home: "kobe"}) => "#/homes/kobe". Values are encoded here and decoded in app/router.js.
 */
export function address(pattern) {
  const link = (values = {}) => `#${pattern.replace(/:(\w+)/g, (_, name) => encodeURIComponent(values[name]))}`;
  return Object.assign(link, { pattern });
}

/** The page that opens when no other is asked for. */
export const first = address("/");
