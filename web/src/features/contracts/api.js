import { endpoint } from "../../lib/http.js";

export const contractsOf = endpoint("GET /billing/contracts");
export const contractOf = endpoint("GET /billing/contracts/{contract}");
export const lookAhead = endpoint("POST /billing/contracts/{contract}/outlook");
export const pause = endpoint("POST /billing/contracts/{contract}/pause");
export const extend = endpoint("POST /billing/contracts/{contract}/extension");
export const resume = endpoint("POST /billing/contracts/{contract}/resumption");
export const cancel = endpoint("POST /billing/contracts/{contract}/cancellation");
export const takeOption = endpoint("PUT /billing/contracts/{contract}/options/{option}");
export const dropOption = endpoint("DELETE /billing/contracts/{contract}/options/{option}");

export const invoicesOf = endpoint("GET /billing/contracts/{contract}/invoices");
export const invoiceOf = endpoint("GET /billing/contracts/{contract}/invoices/{month}");
export const invoicePdf = endpoint("GET /billing/contracts/{contract}/invoices/{month}/pdf");
export const demandPdf = endpoint("GET /billing/contracts/{contract}/invoices/{month}/demand");

export const jointInvoicesOf = endpoint("GET /billing/contracts/{contract}/joint-invoices");
export const jointPdf = endpoint("GET /billing/contracts/{contract}/joint-invoices/{month}/pdf");

export const methodsOf = endpoint("GET /billing/contracts/{contract}/methods");
export const paymentsOf = endpoint("GET /billing/contracts/{contract}/payments");
export const cardPage = endpoint("POST /billing/contracts/{contract}/card/page");
export const keepCard = endpoint("PUT /billing/contracts/{contract}/card");
export const keepAccount = endpoint("PUT /billing/contracts/{contract}/account");
export const payOtherwise = endpoint("PUT /billing/contracts/{contract}/payment");
export const changeDetails = endpoint("PUT /billing/contracts/{contract}/details");

export const peopleOf = endpoint("GET /billing/contracts/{contract}/people");
export const addPerson = endpoint("POST /billing/contracts/{contract}/people");
export const inviteAgain = endpoint("POST /billing/contracts/{contract}/people/{person}/invitation");
export const removeWatcher = endpoint("DELETE /billing/contracts/{contract}/watchers/{watcher}");
