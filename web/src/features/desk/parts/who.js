// For other features: who works at the desk.
export { isOperator, isResponder } from "../groups.js";
