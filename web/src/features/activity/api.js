import { endpoint, lateEndpoint } from "../../lib/http.js";

export const activityOf = endpoint("GET /homes/{home}/activity");
export const activityDayOf = endpoint("GET /homes/{home}/activity/days/{day}");
export const activityWeekOf = endpoint("GET /homes/{home}/activity/weeks/{day}");
export const activityMonthOf = endpoint("GET /homes/{home}/activity/months/{month}");
export const noticesOf = endpoint("GET /homes/{home}/activity/notices");
export const acknowledge = lateEndpoint("POST /homes/{home}/activity/notices/{topic}/{number}/acknowledgement", "acknowledge");
export const preferencesOf = endpoint("GET /homes/{home}/activity/preferences");
export const prefer = endpoint("PUT /homes/{home}/activity/preferences");
export const setSite = endpoint("PUT /homes/{home}/activity/site");
