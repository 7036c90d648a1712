import { endpoint } from "../../lib/http.js";

export const disclosuresOf = endpoint("GET /homes/{home}/disclosures");
export const disclose = endpoint("POST /homes/{home}/disclosures");
