// A question that must be answered before anything else: the browser's own modal dialog.
import { t } from "../lib/i18n.js";
import { html, useEffect, useRef } from "../lib/ui.js";

export function Dialog({ title, confirm, danger, onConfirm, onClose, children }) {
  const dialog = useRef();
  useEffect(() => {
    dialog.current.showModal();
    return () => dialog.current?.close();
  }, []);
  const decided = (event) => {
    event.preventDefault();
    onConfirm(new FormData(event.target));
  };
  return html`<dialog ref=${dialog} class="dialog" aria-labelledby="dialog-title" onClose=${onClose}
      onClick=${(event) => event.target === dialog.current && dialog.current.close()}>
    <form onSubmit=${decided}>
      <h2 id="dialog-title">${title}</h2>
      ${children}
      <div class="dialog-buttons">
        <button type="button" class="button quiet" onClick=${() => dialog.current.close()}>${t("app.cancel")}</button>
        <button type="submit" class=${`button ${danger ? "danger" : "primary"}`}>${confirm}</button>
      </div>
    </form>
  </dialog>`;
}
