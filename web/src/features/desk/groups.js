// Who works at the desk, by the groups of their login. The API decides; this only chooses what to show.
const has = (...groups) => (me) => groups.some((group) => me.groups?.includes(group));

export const isOperator = has("operator", "admin");
export const isResponder = has("responder");
export const isStaff = has("operator", "admin", "responder");
