// A CSV file in parts that the API takes. Plain functions.

/** The API takes as many lines at a time (lambdas/billing/app/importing.py). */
export const MOST_LINES = 100;

/** A file's text: UTF-8, or what spreadsheets in Japan write. */
export function textOf(bytes) {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("shift_jis").decode(bytes);
  }
}

/** The records of a CSV text as they are written; an end of line within quotes ends none. */
export function records(text) {
  const found = [];
  let begin = 0;
  let quoted = false;
  for (let n = 0; n < text.length; n += 1) {
    if (text[n] === '"') quoted = !quoted;
    else if (text[n] === "\n" && !quoted) {
      found.push(text.slice(begin, n).replace(/\r$/, ""));
      begin = n + 1;
    }
  }
  found.push(text.slice(begin));
  return found.filter((record) => record.trim());
}

/** The parts of a file: [{csv, before}], `before` records of it came in earlier parts. */
export function parts(text) {
  const [header, ...rest] = records(text.replace(/^\ufeff/, ""));
  const found = [];
  for (let before = 0; before < rest.length; before += MOST_LINES) {
    found.push({ csv: [header, ...rest.slice(before, before + MOST_LINES)].join("\n"), before });
  }
  return found;
}

/** Reports of parts as one, with the numbers of the lines in the whole file. */
export function together(reports) {
  const sum = (name) => reports.reduce((so, { said }) => so + said[name], 0);
  return {
    new: sum("new"),
    known: sum("known"),
    refused: sum("refused"),
    lines: reports.flatMap(({ said, before }) => said.lines.map((one) => ({ ...one, line: one.line + before }))),
  };
}
