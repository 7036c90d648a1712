// Where this device is, asked of the browser: once, or as long as somebody is on duty.
const PATIENCE = 15_000;
const ASKED = { enableHighAccuracy: true, timeout: PATIENCE };

const placeOf = ({ coords: { latitude, longitude } }) =>
  ({ latitude: Number(latitude.toFixed(5)), longitude: Number(longitude.toFixed(5)) });

/** {latitude, longitude}, to a metre or so; throws when the person or the device does not say. */
export const position = () => new Promise((resolve, reject) => {
  if (!navigator.geolocation) {
    reject(new Error("none"));
    return;
  }
  navigator.geolocation.getCurrentPosition((found) => resolve(placeOf(found)), reject, ASKED);
});

/**
 * Calls `tell` with the place now, and at most every `pace` ms from then on, moved or not; `lost`
 * when the device does not say where it is. What `tell` could not say is said anew at the next turn.
 * Returns what ends it.
 */
export function follow({ tell, lost, pace }) {
  if (!navigator.geolocation) {
    lost();
    return () => {};
  }
  let last = null;
  let next = 0;
  const say = async () => {
    if (!last || Date.now() < next) return;
    next = Date.now() + pace;
    if (!await tell(last)) next = 0;
  };
  const watch = navigator.geolocation.watchPosition((found) => {
    last = placeOf(found);
    say();
  }, lost, ASKED);
  const timer = setInterval(say, pace);
  return () => {
    navigator.geolocation.clearWatch(watch);
    clearInterval(timer);
  };
}

/** The place in "35.6812, 139.7671", as map apps copy it; null when it is none. */
export function placeIn(text) {
  const found = /^\s*\(?(-?\d+(?:\.\d+)?)[\s,、，]+(-?\d+(?:\.\d+)?)\)?\s*$/.exec(text.normalize("NFKC"));
  if (!found) return null;
  const [latitude, longitude] = found.slice(1).map(Number);
  return Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180 ? { latitude, longitude } : null;
}
