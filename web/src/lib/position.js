// Where this device is, asked of the browser when the person presses for it.
const PATIENCE = 15_000;

/** {latitude, longitude}, to a metre or so; throws when the person or the device does not say. */
export const position = () => new Promise((resolve, reject) => {
  if (!navigator.geolocation) {
    reject(new Error("none"));
    return;
  }
  const told = ({ coords: { latitude, longitude } }) =>
    resolve({ latitude: Number(latitude.toFixed(5)), longitude: Number(longitude.toFixed(5)) });
  navigator.geolocation.getCurrentPosition(told, reject, { enableHighAccuracy: true, timeout: PATIENCE });
});

/** The place in "35.6812, 139.7671", as map apps copy it; null when it is none. */
export function placeIn(text) {
  const found = /^\s*\(?(-?\d+(?:\.\d+)?)[\s,、，]+(-?\d+(?:\.\d+)?)\)?\s*$/.exec(text.normalize("NFKC"));
  if (!found) return null;
  const [latitude, longitude] = found.slice(1).map(Number);
  return Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180 ? { latitude, longitude } : null;
}
