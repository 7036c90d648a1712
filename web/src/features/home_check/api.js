import { endpoint } from "../../lib/http.js";

export const homeCheckOf = endpoint("GET /homes/{home}/home-check");
export const register = endpoint("POST /homes/{home}/home-check");
export const replace = endpoint("PUT /homes/{home}/home-check");
export const casesOf = endpoint("GET /homes/{home}/cases");
export const caseImage = endpoint("GET /homes/{home}/cases/{case}/images/{name}");
