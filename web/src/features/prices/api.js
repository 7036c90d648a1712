import { endpoint } from "../../lib/http.js";

export const productsOf = endpoint("GET /billing/products");
export const priceLists = endpoint("GET /billing/staff/prices");
export const proposePrices = endpoint("POST /billing/staff/prices");
export const agreeToPrices = endpoint("POST /billing/staff/prices/{id}/approval");
export const rejectPrices = endpoint("POST /billing/staff/prices/{id}/rejection");
export const withdrawPrices = endpoint("POST /billing/staff/prices/{id}/withdrawal");
