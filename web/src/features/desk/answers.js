// What is asked for when a task is answered. tests/unit/web compares it with what the API takes.

/** The fields of the answer to each kind of task. A visit has a form of its own. */
export const FIELDS = {
  first_call: ["number", "said"],
  second_call: ["number", "said"],
  refusal: ["reason"],
  phone_first: ["number", "said"],
  price: ["yen", "said"],
  assign: ["responder", "why"],
  offer: ["why"],
  find_help: ["responder", "why"],
  chase: ["minutes", "why"],
  recall: ["said"],
  turn_back: ["said"],
  pass_on: ["said"],
  emergency: ["number", "said"],
  emergency_lead: ["said"],
  tell: ["number", "said"],
  confirm: ["who", "password", "said"],
  contact: ["said"],
  nobody_reached: ["said"],
  authority: ["said"],
  inform: ["said"],
  turn_back: ["said"],
};

/** What may come of standing at the door, and what a report of it needs. */
export const REPORTS = {
  at_home: { at_home: true, needs: ["explained", "signed", "copy_given"] },
  at_home_unsigned: { at_home: true, needs: ["explained", "why"] },
  refused_at_door: { at_home: true, needs: ["why"] },
  absent: { at_home: false, needs: ["memo_left"] },
  moved: { at_home: false, needs: ["why"] },
};

/** The field without which an outcome is no answer. */
export const NEEDED = { override: "reason", give_up: "why", assigned: "responder", agreed: "yen" };

/** The field without which a kind of task is not answered. */
export const NEEDED_BY = { first_call: "number", second_call: "number" };

/** Words on a button that mean something else elsewhere. */
export const OWN_WORDS = { "phone_first.answered": "outcome.at_home", "refusal.told": "outcome.refusal_told", "price.declined": "outcome.price_declined" };
