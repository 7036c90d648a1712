import { endpoint } from "../../lib/http.js";

export const phonesOf = endpoint("GET /me/phones");
export const keepPhone = endpoint("PUT /me/phones");
export const chooseWay = endpoint("PATCH /me/phones");
export const removePhone = endpoint("DELETE /me/phones/{phone}");
