import { first } from "../../lib/address.js";
import { home } from "./links.js";
import { Home } from "./pages/home.js";
import { Homes } from "./pages/homes.js";

export const routes = [
  { at: first, page: Homes, title: "homes.title" },
  { at: home, page: Home, title: "homes.title", keepsPlace: true },
];
