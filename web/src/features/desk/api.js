import { endpoint, lateEndpoint } from "../../lib/http.js";

export const myDuty = endpoint("GET /dispatch/me");
export const changeDuty = endpoint("PUT /dispatch/me/duty");
export const tellPosition = endpoint("PUT /dispatch/me/position");
export const responders = endpoint("GET /dispatch/responders");
export const registrations = endpoint("GET /dispatch/registrations?find");

export const tasks = endpoint("GET /dispatch/tasks");
export const taskOf = endpoint("GET /dispatch/tasks/{task}");
export const answerTask = endpoint("POST /dispatch/tasks/{task}/answer");
export const answerOwnTask = lateEndpoint("POST /dispatch/tasks/{task}/answer?occurred_at", "answer");
export const arrive = lateEndpoint("POST /dispatch/tasks/{task}/arrived?occurred_at", "arrived");
export const emergencyAt = lateEndpoint("POST /dispatch/tasks/{task}/emergency?occurred_at", "emergency");
export const takeTask = endpoint("POST /dispatch/tasks/{task}/take");
export const handBack = endpoint("POST /dispatch/tasks/{task}/hand-back");
export const escalate = endpoint("POST /dispatch/tasks/{task}/escalate");

export const silentHomes = endpoint("GET /security/silent");
export const takeSilent = endpoint("PUT /security/sites/{site}/silence/holder");
export const handBackSilent = endpoint("DELETE /security/sites/{site}/silence/holder");
export const phonedSilent = endpoint("POST /security/sites/{site}/silence");

export const cases = endpoint("GET /dispatch/cases?after");
export const openCount = endpoint("GET /dispatch/open-cases");
export const openCase = endpoint("POST /dispatch/cases");
export const caseOf = endpoint("GET /dispatch/cases/{case}");
export const caseImage = endpoint("GET /dispatch/cases/{case}/images/{name}");
export const caseExport = endpoint("GET /dispatch/cases/{case}/export");
export const stopConsent = endpoint("POST /dispatch/cases/{case}/stop");
export const cancelVisit = endpoint("POST /dispatch/cases/{case}/cancellation");
export const cancelDispatch = endpoint("POST /dispatch/visits/{case}/cancellation");

export const moveToCentre = endpoint("PUT /dispatch/cases/{case}/centre");
export const emergencyOf = endpoint("POST /dispatch/cases/{case}/emergency");
export const correctCase = endpoint("POST /dispatch/cases/{case}/correction");

export const frequencyOf = endpoint("GET /dispatch/contracts/{contract}/frequency");
export const judgeFrequent = endpoint("PUT /dispatch/contracts/{contract}/frequency");
export const pardonFrequent = endpoint("DELETE /dispatch/contracts/{contract}/frequency");
