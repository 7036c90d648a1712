import { contacts, keys, security } from "./links.js";
import { ContactsPage } from "./pages/contacts.js";
import { KeysPage } from "./pages/keys.js";
import { SecurityPage } from "./pages/security.js";

export const routes = [
  { at: security, page: SecurityPage, title: "security.title", fromMail: true },
  { at: contacts, page: ContactsPage, title: "contacts.title" },
  { at: keys, page: KeysPage, title: "keys.title" },
];

const covered = ({ features }) => features.includes("intrusion");
export const entrances = [{ icon: "lock", words: "security.title", link: security, shown: covered }];
