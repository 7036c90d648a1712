// The one place that knows which view library the page is written with.
import { h } from "../vendor/preact.js";
import htm from "../vendor/htm.js";

export { createContext, Fragment, render } from "../vendor/preact.js";
export { useContext, useEffect, useLayoutEffect, useRef, useState } from "../vendor/hooks.js";
export const html = htm.bind(h);
