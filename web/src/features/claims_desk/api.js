import { endpoint } from "../../lib/http.js";

export const claimsToDo = endpoint("GET /billing/staff/claims?after&limit");
export const claimOf = endpoint("GET /billing/staff/claims/{claim}");
export const damageOf = endpoint("GET /billing/staff/claims/{claim}/photographs/{name}");
export const examine = endpoint("POST /billing/staff/claims/{claim}/examination");
export const decideClaim = endpoint("POST /billing/staff/claims/{claim}/decision");
export const payClaim = endpoint("POST /billing/staff/claims/{claim}/payment");
