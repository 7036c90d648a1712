import { endpoint } from "../../lib/http.js";

export const newsList = endpoint("GET /news");
export const newsOf = endpoint("GET /news/{news}");
export const readNews = endpoint("PUT /news/{news}/read");
export const contacts = endpoint("GET /billing/contacts");

export const deskNews = endpoint("GET /news-desk?before");
export const fileOf = endpoint("GET /news-desk/{news}");
export const publishNews = endpoint("PUT /news-desk/{news}");
export const correctNews = endpoint("POST /news-desk/{news}/correction");
export const withdrawNews = endpoint("POST /news-desk/{news}/withdrawal");
export const products = endpoint("GET /billing/products");
