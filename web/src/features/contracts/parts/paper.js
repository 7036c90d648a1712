// A paper of the API, such as an invoice, to be kept or printed.
import { getFile } from "../../../lib/http.js";
import { html, useState } from "../../../lib/ui.js";
import { Icon } from "../../../parts/icon.js";
import { ProblemNotice } from "../../../parts/messages.js";

export function Paper({ path, name, children }) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState(null);
  const fetchIt = async () => {
    setBusy(true);
    setProblem(null);
    try {
      const url = URL.createObjectURL(await getFile(path));
      const link = Object.assign(document.createElement("a"), { href: url, download: name });
      link.click();
      URL.revokeObjectURL(url);
    } catch (error) {
      setProblem(error);
    }
    setBusy(false);
  };
  return html`<button type="button" class="button outline wide" disabled=${busy} onClick=${fetchIt}><${Icon} name="save" />${children}</button>
    <${ProblemNotice} problem=${problem} />`;
}
