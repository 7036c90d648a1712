import { endpoint } from "../../lib/http.js";

export const claimsOf = endpoint("GET /billing/contracts/{contract}/claims");
export const claim = endpoint("POST /billing/contracts/{contract}/claims");
export const showDamage = endpoint("POST /billing/contracts/{contract}/claims/{claim}/photographs");
export const damage = endpoint("GET /billing/contracts/{contract}/claims/{claim}/photographs/{name}");
