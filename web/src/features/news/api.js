import { endpoint } from "../../lib/http.js";

export const newsList = endpoint("GET /news");
export const newsOf = endpoint("GET /news/{news}");
export const readNews = endpoint("PUT /news/{news}/read");
export const contacts = endpoint("GET /billing/contacts");
