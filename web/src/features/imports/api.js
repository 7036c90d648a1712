import { endpoint } from "../../lib/http.js";

export const bringOver = endpoint("POST /billing/staff/imports");
