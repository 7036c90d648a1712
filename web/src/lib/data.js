// Answers of the API inside components: shown at once from the last visit, then kept fresh.
import { get } from "./http.js";
import { keepAnswer, keptAnswer } from "./kept.js";
import { repeat } from "./repeat.js";
import { useEffect, useRef, useState } from "./ui.js";

const answers = new Map();
const others = new Set();

/** Forgets all answers, but for that of `except`. */
export function forget(except) {
  for (const path of answers.keys()) if (path !== except) answers.delete(path);
  for (const clear of others) clear();
}

/** Forgets the answers of one path and of those below it, after something was changed there. */
export function forgetBelow(place) {
  for (const path of answers.keys()) if (path === place || path.startsWith(`${place}/`)) answers.delete(path);
}

/** Has `clear` called, too, when answers are forgotten: for whoever keeps some in another form. */
export const forgetWith = (clear) => others.add(clear);

/** What `path` answers: {data, problem, reload, put}. Asked again every `every` ms, if given. */
export function useAnswer(path, { every = 0 } = {}) {
  const [, redraw] = useState(0);
  const [problem, setProblem] = useState(null);
  const wanted = useRef(path);
  wanted.current = path;

  const drawn = useRef();
  drawn.current = answers.get(path);

  const put = (data) => {
    answers.set(path, data);
    if (JSON.stringify(drawn.current) !== JSON.stringify(data)) redraw((n) => n + 1);
  };
  const load = async () => {
    try {
      const data = await get(path);
      if (wanted.current !== path) return true;
      setProblem(null);
      put(data);
      keepAnswer(path, data);
      return true;
    } catch (error) {
      const kept = error.kind === "offline" && !answers.has(path) ? keptAnswer(path) : undefined;
      if (kept && wanted.current === path) put(kept);
      if (wanted.current === path) setProblem({ path, error });
      return false;
    }
  };
  const rounds = useRef();
  useEffect(() => {
    if (!path) return undefined;
    rounds.current = repeat(load, every);
    return rounds.current.stop;
  }, [path, every]);
  return {
    data: answers.get(path),
    problem: problem?.path === path ? problem.error : null,
    reload: () => rounds.current?.now(),
    put,
  };
}
