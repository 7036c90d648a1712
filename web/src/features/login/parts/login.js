// The login, which who is logged in does not load.
import { bring } from "../../../lib/bring.js";
import { later } from "../../../parts/later.js";
import * as feature from "../index.js";

export const Login = later(async () => {
  await bring([feature]);
  return import("../pages/login.js");
}, "Login");
