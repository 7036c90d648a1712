import { later } from "../../parts/later.js";
import { card, contract, contracts, invoice, methods, people, step } from "./links.js";

export const routes = [
  { at: contracts, page: later(() => import("./pages/contracts.js"), "Contracts"), title: "contracts.title", fromMail: true },
  { at: contract, page: later(() => import("./pages/contract.js"), "ContractPage"), title: "contract.title", fromMail: true, keepsPlace: true },
  { at: people, page: later(() => import("./pages/people.js"), "People"), title: "users.title" },
  { at: methods, page: later(() => import("./pages/methods.js"), "Methods"), title: "methods.title" },
  { at: card, page: later(() => import("./pages/card.js"), "Card"), title: "card.title" },
  { at: step, page: later(() => import("./pages/step.js"), "Step"), title: "contract.title" },
  { at: invoice, page: later(() => import("./pages/invoice.js"), "Invoice"), title: "invoice.title", fromMail: true },
];

const family = ({ groups, homes }) => groups.length === 0 || homes.length > 0;
export const menu = [{ words: "app.contracts", link: contracts, shown: family }];
