// Telephone numbers and places that can be pressed.
import { t } from "../lib/i18n.js";
import { html } from "../lib/ui.js";
import { Icon } from "./icon.js";

const NUMBER = /(?<![\d-])(?:\+\d|0\d)[\d-]{7,14}\d(?![\d-])/;
const DIGITS = [10, 15]; // of a number in Japan, of any number in the world

export const Phone = ({ number }) => html`<a class="contact" href=${`tel:${number.replace(/[^\d+]/g, "")}`}><${Icon} name="phone" />${number}</a>`;

/** An address that opens the map; `place` is {latitude, longitude}. */
export const Address = ({ address, place }) => html`<a class="contact" target="_blank" rel="noreferrer"
  href=${`https://www.google.com/maps/search/?${new URLSearchParams({ api: 1, query: `${place.latitude},${place.longitude}` })}`}>
  <${Icon} name="place" />${address}<span class="unseen">${t("app.map")}</span></a>`;

/** A text in which telephone numbers can be pressed. */
export function Linked({ text }) {
  const found = NUMBER.exec(text);
  if (!found) return text;
  const digits = found[0].replace(/\D/g, "").length;
  const end = found.index + found[0].length;
  const number = digits >= DIGITS[0] && digits <= DIGITS[1] ? html`<${Phone} number=${found[0]} />` : found[0];
  return html`${text.slice(0, found.index)}${number}<${Linked} text=${text.slice(end)} />`;
}
