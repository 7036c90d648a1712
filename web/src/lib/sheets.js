// Sheets of features that come later than the first page. build.py links the others in the page itself.
const worn = new Map();

/** Puts a sheet on, once; done when it is there, or cannot be had: a page may be read without. */
export function wear(sheet) {
  if (!worn.has(sheet)) {
    worn.set(sheet, new Promise((done) => {
      const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href: sheet });
      link.addEventListener("load", done);
      link.addEventListener("error", () => {
        worn.delete(sheet);
        link.remove();
        done();
      });
      document.head.append(link);
    }));
  }
  return worn.get(sheet);
}
