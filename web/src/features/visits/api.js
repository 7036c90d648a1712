import { endpoint } from "../../lib/http.js";

export const visitsOf = endpoint("GET /homes/{home}/visits");
export const planVisits = endpoint("POST /homes/{home}/visits/plans");
export const dropVisit = endpoint("DELETE /homes/{home}/visits/plans/{id}/days/{day}");
export const visitImage = endpoint("GET /homes/{home}/visits/{case}/images/{name}");
