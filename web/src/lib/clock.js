// What time it is, by the service's clock: a phone may be wrong, and a test moves the service's.
let ahead = 0;

export const now = () => Date.now() + ahead;

export function setByAnswer(response) {
  const said = Date.parse(response.headers.get("Date") ?? "");
  // The header has whole seconds: keep small differences out, or the clock would jitter.
  if (Number.isFinite(said) && Math.abs(said - now()) > 2000) ahead = said - Date.now();
}
