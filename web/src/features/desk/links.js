import { address } from "../../lib/address.js";

export const desk = address("/desk");
export const request = address("/desk/new");
export const silent = address("/desk/silent");
export const task = address("/desk/tasks/:task");
export const caseFile = address("/desk/cases/:case");
