// Zones as they are drawn: corners in thousandths of the picture. Plain functions.
import { edges } from "../cameras/parts/offered.js";

export const WHOLE = 1000;
export const LEAST = 40; // of a side: smaller is a slip of the finger
export const STEP = 20;

const within = (value) => Math.min(WHOLE, Math.max(0, Math.round(value)));

/** The corners of a rectangle from one corner to the opposite one. */
export function rectangle([x1, y1], [x2, y2]) {
  const [left, right] = [within(Math.min(x1, x2)), within(Math.max(x1, x2))];
  const [top, foot] = [within(Math.min(y1, y2)), within(Math.max(y1, y2))];
  return [[left, top], [right, top], [right, foot], [left, foot]];
}

export const large = (points) => {
  const { left, top, right, foot } = edges({ points });
  return right - left >= LEAST && foot - top >= LEAST;
};

/** The zone moved, as far as the picture goes. */
export function moved(zone, across, down) {
  const { left, top, right, foot } = edges(zone);
  const x = Math.min(WHOLE - right, Math.max(-left, Math.round(across)));
  const y = Math.min(WHOLE - foot, Math.max(-top, Math.round(down)));
  return { ...zone, points: zone.points.map(([px, py]) => [px + x, py + y]) };
}

/** The zone stretched from its upper left corner, as far as the picture goes. */
export function resized(zone, across, down) {
  const { left, top, right, foot } = edges(zone);
  const wide = Math.min(WHOLE - left, Math.max(LEAST, right - left + across));
  const tall = Math.min(WHOLE - top, Math.max(LEAST, foot - top + down));
  const points = zone.points.map(([x, y]) => [
    within(left + ((x - left) * wide) / Math.max(1, right - left)),
    within(top + ((y - top) * tall) / Math.max(1, foot - top)),
  ]);
  return { ...zone, points };
}

/** What the API takes: times come in pairs. */
export const sent = (zones) => zones.map(({ use, points, since, until }) =>
  (since && until ? { use, points, since, until } : { use, points }));
