import { endpoint, lateEndpoint } from "../../lib/http.js";

export const stopOf = endpoint("GET /dispatch/tasks/{task}/stop");
export const myRound = endpoint("GET /dispatch/me/round");
export const beginLeg = lateEndpoint("POST /dispatch/tasks/{task}/begin?occurred_at", "begin");
export const arriveAt = lateEndpoint("POST /dispatch/tasks/{task}/arrived?occurred_at", "arrived");
export const reportVisit = lateEndpoint("POST /dispatch/tasks/{task}/answer?occurred_at", "report");

export const siteOf = endpoint("GET /dispatch/sites/{site}");
export const surveySite = endpoint("PUT /dispatch/sites/{site}");
export const askDispatch = endpoint("POST /dispatch/requests");
