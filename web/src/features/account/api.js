import { endpoint } from "../../lib/http.js";

export const quietOf = endpoint("GET /me/quiet");
export const chooseQuiet = endpoint("PUT /me/quiet");
export const mute = endpoint("PUT /me/quiet/mute");
export const unmute = endpoint("DELETE /me/quiet/mute");
