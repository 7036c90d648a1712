// Who works at the desk, by the groups of their login. The API decides; this only chooses what to show.
const has = (...groups) => (me) => groups.some((group) => me.groups?.includes(group));

const operators = ["operator", "operator-east", "operator-tokyo", "operator-west"];

/** Whether a task is the operators', of one centre or of all. */
export const forOperators = (task) => operators.includes(task.group);

/** Whether somebody of the centre may do a task of a case. */
export const mayDo = (task, me) => me.groups.includes(task.group)
  || (forOperators(task) && (task.group === "operator" || has("operator", "admin")(me)));

export const isOperator = has(...operators, "admin");
export const isLeader = has("admin");
export const isResponder = has("responder");
export const isStaff = has(...operators, "admin", "responder");
