// What the page says to people beside its content: problems, notices, short confirmations.
import { t } from "../lib/i18n.js";
import { createContext, html, useContext, useEffect, useState } from "../lib/ui.js";
import { Icon } from "./icon.js";

const SHOWN_FOR = 6000;
let showToast = () => {};

/** Says something short, once, at the foot of the page. */
export const say = (text) => showToast({ text });

export function Toast() {
  const [toast, show] = useState(null);
  showToast = show;
  useEffect(() => {
    if (!toast) return undefined;
    const timer = setTimeout(() => show(null), SHOWN_FOR);
    return () => clearTimeout(timer);
  }, [toast]);
  return html`<div class="toast-place" role="status" aria-live="polite">
    ${toast && html`<p class="toast"><${Icon} name="check" /> ${toast.text}</p>`}
  </div>`;
}

export function Notice({ tone = "info", icon, title, children, live = false }) {
  return html`<div class=${`notice ${tone}`} role=${live ? "alert" : undefined}>
    <${Icon} name=${icon ?? (tone === "info" ? "info" : "warn")} />
    <div>${title && html`<p class="notice-title">${title}</p>`}${children}</div>
  </div>`;
}

/** The reasons that stand beside fields of the form around a notice: it does not repeat them. */
export const Refused = createContext([]);

/** One reason of a problem document: {at, why}. */
export const wordsOf = ({ why }) => why;

function words(problem, told) {
  if (problem.kind !== "refused") {
    const kind = ["offline", "server", "login"].includes(problem.kind) ? problem.kind : "server";
    return { title: t(`problem.${kind}`), lines: [t(`problem.${kind}Detail`)] };
  }
  const left = problem.errors.filter((error) => !told.includes(error));
  const reasons = left.map((error) => t("problem.reason", { why: wordsOf(error), at: placeOf(error) }));
  return { title: problem.title || t("problem.refused"), lines: [problem.detail, ...reasons].filter(Boolean) };
}

/** Where in a request something was wrong, for whoever is asked about it: "target.place". */
const placeOf = ({ at }) => at.split(".").slice(1).join(".") || at;

/** A problem in words, with a way to try again when there is one. */
export function ProblemNotice({ problem, retry }) {
  const told = useContext(Refused);
  if (!problem) return null;
  const { title, lines } = words({ errors: [], ...problem }, told);
  return html`<${Notice} tone="error" title=${title} live>
    ${lines.map((line) => html`<p>${line}</p>`)}
    ${retry && html`<button type="button" class="button quiet" onClick=${retry}>${t("app.retry")}</button>`}
  <//>`;
}

export const Loading = () => html`<p class="loading" role="status"><span class="spinner" aria-hidden="true"></span>${t("app.loading")}</p>`;

export function Empty({ icon, title, children }) {
  return html`<div class="empty"><${Icon} name=${icon} /><p class="empty-title">${title}</p>${children}</div>`;
}
