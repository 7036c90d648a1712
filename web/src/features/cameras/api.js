import { endpoint } from "../../lib/http.js";

export const addDevice = endpoint("POST /homes/{home}/devices");
export const changeDevice = endpoint("PATCH /homes/{home}/devices/{thing}");
export const removeDevice = endpoint("DELETE /homes/{home}/devices/{thing}");
export const pictureMail = endpoint("GET /homes/{home}/picture-mail");
export const putPictureMail = endpoint("PUT /homes/{home}/picture-mail");
export const motionOf = endpoint("GET /homes/{home}/devices/{thing}/motion?date");
export const sendCommand = endpoint("POST /homes/{home}/devices/{thing}/commands");
export const commandOf = endpoint("GET /homes/{home}/devices/{thing}/commands/{command}");
export const eventsOf = endpoint("GET /homes/{home}/events?limit&before");
export const eventOf = endpoint("GET /homes/{home}/events/{event}");
export const liveTerms = endpoint("GET /homes/{home}/devices/{thing}/live");
export const askLive = endpoint("POST /homes/{home}/devices/{thing}/live");
export const liveAnswer = endpoint("GET /homes/{home}/devices/{thing}/live/{session}");
