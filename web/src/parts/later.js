// Pages that are loaded when somebody first opens them.
import { html, useEffect, useState } from "../lib/ui.js";
import { Loading, ProblemNotice } from "./messages.js";
import { Title } from "./page.js";

/** The component `name` of a module that `load`, an import without a name, fetches once. */
export function later(load, name) {
  let found = null;
  return function Later(props) {
    const [, redraw] = useState(0);
    const [problem, setProblem] = useState(null);
    const fetchIt = () => {
      setProblem(null);
      load().then((module) => {
        found = module[name];
        redraw((n) => n + 1);
      }, () => setProblem({ kind: "offline" }));
    };
    useEffect(() => { if (!found) fetchIt(); }, []);
    if (found) return html`<${found} ...${props} />`;
    return html`<div class="narrow">${props.title && html`<${Title}>${props.title}<//>`}
      ${problem ? html`<${ProblemNotice} problem=${problem} retry=${fetchIt} />` : html`<${Loading} />`}</div>`;
  };
}
