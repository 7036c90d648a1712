// Pictures are fetched with the person's token, so they become blob URLs; those nobody shows any
// more are revoked, but for the last few (going back must not fetch them again).
import { getFile } from "./http.js";
import { useEffect, useState } from "./ui.js";

const SPARE = 30;
const held = new Map(); // path → {loading, url, users}; the longest unused first

function release(path, picture) {
  picture.users -= 1;
  if (held.get(path) !== picture) return;
  held.delete(path);
  held.set(path, picture);
  const unused = [...held].filter(([, one]) => one.users <= 0);
  for (const [old, one] of unused.slice(0, Math.max(0, unused.length - SPARE))) drop(old, one);
}

function drop(path, picture) {
  held.delete(path);
  if (picture.url) URL.revokeObjectURL(picture.url);
}

export function forgetPictures() {
  for (const [path, picture] of held) drop(path, picture);
}

function hold(path) {
  let picture = held.get(path);
  if (!picture) {
    picture = { users: 0, url: null };
    held.set(path, picture);
    picture.loading = getFile(path).then((blob) => {
      if (held.get(path) === picture) picture.url = URL.createObjectURL(blob);
      return picture.url;
    });
    picture.loading.catch(() => held.get(path) === picture && held.delete(path));
  }
  picture.users += 1;
  return picture;
}

/** {url, problem} of the picture at `path`; nothing is fetched while `path` is null. */
export function usePicture(path) {
  const [shown, show] = useState({});
  useEffect(() => {
    if (!path) return undefined;
    let live = true;
    const picture = hold(path);
    picture.loading.then(
      (url) => live && show({ path, url }),
      (problem) => live && show({ path, problem }),
    );
    return () => {
      live = false;
      release(path, picture);
    };
  }, [path]);
  return shown.path === path ? shown : { url: held.get(path)?.url };
}
