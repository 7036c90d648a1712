import { endpoint } from "../../lib/http.js";

export const visitsOf = endpoint("GET /homes/{home}/visits");
export const planVisits = endpoint("POST /homes/{home}/visits/plans");
export const dropVisit = endpoint("DELETE /homes/{home}/visits/plans/{id}/days/{day}");
export const visitImage = endpoint("GET /homes/{home}/visits/{case}/images/{name}");

export const stopOf = endpoint("GET /dispatch/tasks/{task}/stop");
export const myRound = endpoint("GET /dispatch/me/round");
export const beginLeg = endpoint("POST /dispatch/tasks/{task}/begin");
export const arriveAt = endpoint("POST /dispatch/tasks/{task}/arrived");
export const reportVisit = endpoint("POST /dispatch/tasks/{task}/answer");

export const siteOf = endpoint("GET /dispatch/sites/{site}");
export const surveySite = endpoint("PUT /dispatch/sites/{site}");
export const askDispatch = endpoint("POST /dispatch/requests");
