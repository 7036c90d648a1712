import { endpoint } from "../../lib/http.js";

export const homeOf = endpoint("GET /homes/{home}");
