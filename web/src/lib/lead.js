// From a page that is one choice only to what is chosen.
import { useEffect } from "./ui.js";

/**
 * Leads on from the page at `from` to `next` once that is known, unless one went elsewhere meanwhile.
 * Asked at every drawing: who comes back before the page has left is led on again.
 */
export function useLead(from, next) {
  useEffect(() => {
    if (next && (location.hash || "#/").replace(/\?.*$/, "") === from) location.replace(next);
  });
}
