import { endpoint } from "../../lib/http.js";

export const findContracts = endpoint("GET /billing/staff/contracts?name&email&phone&address&customer&credit&unpaid&state&after");
export const anyContractOf = endpoint("GET /billing/staff/contracts/{contract}");
export const decide = endpoint("POST /billing/staff/contracts/{contract}/decision");
export const enter = endpoint("POST /billing/staff/contracts/{contract}/facts");
export const takeBack = endpoint("POST /billing/staff/contracts/{contract}/retractions");
export const accountOf = endpoint("GET /billing/staff/contracts/{contract}/account");
export const moneyCame = endpoint("POST /billing/staff/contracts/{contract}/receipts");
export const methodsOfAnybody = endpoint("GET /billing/staff/contracts/{contract}/methods");
export const paperOf = endpoint("GET /billing/staff/contracts/{contract}/invoices/{month}/pdf");
export const jointInvoicesOfAnybody = endpoint("GET /billing/staff/contracts/{contract}/joint-invoices");
export const jointPaperOf = endpoint("GET /billing/staff/contracts/{contract}/joint-invoices/{month}/pdf");
export const jointTableOf = endpoint("GET /billing/staff/contracts/{contract}/joint-invoices/{month}/csv");
export const productsOf = endpoint("GET /billing/products");
export const peopleOfAnybody = endpoint("GET /billing/staff/contracts/{contract}/people");
export const inviteAnybody = endpoint("POST /billing/staff/contracts/{contract}/people/{person}/invitation");

export const openProposals = endpoint("GET /billing/staff/proposals");
export const approve = endpoint("POST /billing/staff/proposals/{proposal}/approval");
export const reject = endpoint("POST /billing/staff/proposals/{proposal}/rejection");

export const invoicesOfMonth = endpoint("GET /billing/staff/invoices/{month}?after");
export const collectionOf = endpoint("GET /billing/staff/collections/{month}");
export const handInResult = endpoint("PUT /billing/staff/bank-results");
export const runOf = endpoint("GET /billing/staff/runs/{run}");
export const bankFile = endpoint("GET /billing/staff/collections/{month}/files/{number}");
export const closeOf = endpoint("GET /billing/staff/closes/{month}");
export const journalOf = endpoint("GET /billing/staff/closes/{month}/journal?program");
export const runsOf = endpoint("GET /billing/staff/runs");
export const startRun = endpoint("POST /billing/staff/runs");
