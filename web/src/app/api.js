import { endpoint } from "../lib/http.js";

export const me = endpoint("GET /me");
export const changeMe = endpoint("PATCH /me");
