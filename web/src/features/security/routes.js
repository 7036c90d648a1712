import { later } from "../../parts/later.js";
import { contacts, keys, security } from "./links.js";

export const routes = [
  { at: security, page: later(() => import("./pages/security.js"), "SecurityPage"), title: "security.title", fromMail: true },
  { at: contacts, page: later(() => import("./pages/contacts.js"), "ContactsPage"), title: "contacts.title" },
  { at: keys, page: later(() => import("./pages/keys.js"), "KeysPage"), title: "keys.title" },
];

const covered = ({ features }) => features.includes("intrusion");
export const entrances = [{ icon: "lock", words: "entrance.security", link: security, shown: covered }];
