// What a clerk enters in a day's work: kinds of entries, and their fields by how they are filled in.
// A test compares them with the API's facts.
const ITEMS = ["sensor", "wifi_router", "relay_router"];

export const ENTRIES = {
  installed: {},
  started: {},
  contact_asked: {},
  contacted: {},
  absent_visit: { work: ["installation", "removal", "relocation", "repair"] },
  plan_changed: { plan: "plan" },
  paused: { months: "number" },
  pause_extended: { months: "number" },
  resumed: {},
  suspended: { ground: ["13-1-3", "13-1-1", "13-1-2"] },
  suspension_lifted: {},
  cancel_accepted: {},
  cancel_withdrawn: {},
  terminated: { ground: "text" },
  returned: { item: ITEMS, condition: ["good", "broken"] },
  not_returned: { item: ITEMS },
  sticker_lent: { serial: "text" },
  sticker_returned: { serial: "text" },
  paid: { month: "month", amount: "yen?" },
  payment_failed: { month: "month" },
  payment_reversed: { month: "month", amount: "yen", cause: ["dispute", "refund", "bounced", "mistake"] },
  credited: { amount: "yen", reason: "text" },
  refunded: { amount: "yen", reason: "text?" },
  written_off: { month: "month", amount: "yen?", reason: "text" },
};

const PHONE = /^0\d{9,10}$/;
const CUSTOMER = /^\d{12,20}$/;

/** What a caller says, as questions to the API: one for each way in which it can be meant. */
export function questions(said) {
  const text = said.normalize("NFKC").trim();
  const digits = text.replace(/[\s-]/g, "");
  if (!text) return [];
  if (text.includes("@")) return [{ email: text }];
  if (PHONE.test(digits)) return [{ phone: digits }];
  if (CUSTOMER.test(digits)) return [{ customer: digits }];
  return [{ name: text }, { address: text }];
}
