import { address } from "../../lib/address.js";

export const contracts = address("/contracts");
export const contract = address("/contracts/:contract");
export const people = address("/contracts/:contract/people");
export const methods = address("/contracts/:contract/methods");
export const card = address("/contracts/:contract/card/:visit");
export const step = address("/contracts/:contract/steps/:step");
export const invoice = address("/contracts/:contract/invoices/:month");
