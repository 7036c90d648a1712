import { endpoint } from "../../lib/http.js";

export const deskNews = endpoint("GET /news-desk?before");
export const fileOf = endpoint("GET /news-desk/{news}");
export const publishNews = endpoint("PUT /news-desk/{news}");
export const correctNews = endpoint("POST /news-desk/{news}/correction");
export const withdrawNews = endpoint("POST /news-desk/{news}/withdrawal");
export const products = endpoint("GET /billing/products");
