import { endpoint } from "../../lib/http.js";

export const securityOf = endpoint("GET /homes/{home}/security");
export const operate = endpoint("POST /homes/{home}/security/operations");
export const historyOf = endpoint("GET /homes/{home}/security/history");
export const contactsOf = endpoint("GET /homes/{home}/security/contacts");
export const putContacts = endpoint("PUT /homes/{home}/security/contacts");
export const keysOf = endpoint("GET /homes/{home}/security/keys");
export const addKey = endpoint("POST /homes/{home}/security/keys");
export const changeKey = endpoint("PATCH /homes/{home}/security/keys/{key}");
export const removeKey = endpoint("DELETE /homes/{home}/security/keys/{key}");
