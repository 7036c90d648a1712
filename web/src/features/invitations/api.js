import { endpoint, openEndpoint } from "../../lib/http.js";

export const seeInvitation = openEndpoint("GET /invitations/{token}");
export const acceptWithLogin = openEndpoint("POST /invitations/{token}/login");
export const acceptMine = endpoint("POST /invitations/{token}/acceptance");
