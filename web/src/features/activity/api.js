import { endpoint } from "../../lib/http.js";

export const activityOf = endpoint("GET /homes/{home}/activity");
export const activityDayOf = endpoint("GET /homes/{home}/activity/days/{day}");
export const activityWeekOf = endpoint("GET /homes/{home}/activity/weeks/{day}");
