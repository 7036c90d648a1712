// How a piece of news stands at the desk, in words.
import { now } from "../../../lib/clock.js";
import { t, word } from "../../../lib/i18n.js";

/** "shown", "waiting", "over" or "withdrawn". */
export function standing(one) {
  if (one.withdrawn_at) return "withdrawn";
  if (one.shown_now) return "shown";
  return Date.parse(one.content.starts) > now() ? "waiting" : "over";
}

/** To whom it is addressed. */
export function whom({ to, centre, product }) {
  if (to === "centre") return t("newsdesk.toCentre", { centre: word("newscentre", centre) });
  return to === "product" ? t("newsdesk.toProduct", { product }) : t("newsdesk.toEveryone");
}
