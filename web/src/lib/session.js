// Who is logged in: Cognito's tokens, refreshed when due. They are kept for this tab, or, on a phone
// of one's own where that was asked for, until somebody logs out.
// The page on the home screen is the app, which may less than the page in the browser (AL-52): it logs
// in by a client of its own, and keeps a session of its own.
import { installed } from "./installed.js";

const APP = installed();
const KEPT = APP ? "mimamori.session.app" : "mimamori.session";
const listeners = new Set();
let config;
let refreshing = null;

export class AuthProblem extends Error {
  /** `code` is Cognito's error name, or "offline". */
  constructor(code) {
    super(code);
    this.code = code;
  }
}

export const session = () => JSON.parse(sessionStorage.getItem(KEPT) ?? localStorage.getItem(KEPT) ?? "null");
/** Whether the session outlives this tab. */
export const lasting = () => localStorage.getItem(KEPT) !== null;

export function onSession(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Listeners hear whether the session ended without the person asking for it. */
function keep(result, { refreshToken, expired = false, lasts = lasting() } = {}) {
  const kept = result && {
    id: result.IdToken,
    access: result.AccessToken,
    refresh: result.RefreshToken ?? refreshToken,
    // Half a minute early, so that no request is under way with a token that ends.
    until: Date.now() + (result.ExpiresIn - 30) * 1000,
  };
  sessionStorage.removeItem(KEPT);
  localStorage.removeItem(KEPT);
  if (kept) (lasts ? localStorage : sessionStorage).setItem(KEPT, JSON.stringify(kept));
  for (const listener of listeners) listener(expired);
}

async function settings() {
  config ??= fetch("/config.json").then((response) => {
    if (!response.ok) throw new Error(String(response.status));
    return response.json();
  });
  try {
    return await config;
  } catch {
    config = undefined;
    throw new AuthProblem("offline");
  }
}

async function cognito(action, make) {
  const { cognito_endpoint: endpoint, user_pool_client_id: web, app_client_id: app } = await settings();
  const client = APP ? app : web;
  let response;
  let answer;
  try {
    response = await fetch(endpoint, {
      method: "POST",
      headers: {
        "Content-Type": "application/x-amz-json-1.1",
        "X-Amz-Target": `AWSCognitoIdentityProviderService.${action}`,
      },
      body: JSON.stringify(make(client)),
      referrerPolicy: "no-referrer",
    });
    const text = await response.text();
    answer = text ? JSON.parse(text) : {};
  } catch {
    throw new AuthProblem("offline");
  }
  if (!response.ok) throw new AuthProblem(String(answer.__type ?? "").split("#").pop() || "offline");
  return answer;
}

const ASKS = { NEW_PASSWORD_REQUIRED: "newPassword", SOFTWARE_TOKEN_MFA: "code" };

function settle(answer, email, lasts) {
  if (answer.ChallengeName) {
    const asks = ASKS[answer.ChallengeName];
    if (!asks) throw new AuthProblem("UnknownChallenge");
    const user = answer.ChallengeParameters?.USER_ID_FOR_SRP ?? email;
    return { asks, email: user, session: answer.Session, lasts };
  }
  keep(answer.AuthenticationResult, { lasts });
  return null;
}

/** Null when logged in, or the challenge to be answered: {asks: "newPassword" or "code", …}. */
export async function logIn(email, password, { lasts = false } = {}) {
  return settle(await cognito("InitiateAuth", (client) => ({
    AuthFlow: "USER_PASSWORD_AUTH",
    ClientId: client,
    AuthParameters: { USERNAME: email, PASSWORD: password },
  })), email, lasts);
}

async function respond(challenge, name, answers) {
  return settle(await cognito("RespondToAuthChallenge", (client) => ({
    ChallengeName: name,
    ClientId: client,
    Session: challenge.session,
    ChallengeResponses: { USERNAME: challenge.email, ...answers },
  })), challenge.email, challenge.lasts);
}

export const choosePassword = (challenge, password) => respond(challenge, "NEW_PASSWORD_REQUIRED", { NEW_PASSWORD: password });
export const answerCode = (challenge, code) => respond(challenge, "SOFTWARE_TOKEN_MFA", { SOFTWARE_TOKEN_MFA_CODE: code });

/** Has a code mailed to whoever forgot their password; says nothing of who is registered. */
export async function forgotPassword(email) {
  try {
    await cognito("ForgotPassword", (client) => ({ ClientId: client, Username: email }));
  } catch (problem) {
    if (!["UserNotFoundException", "InvalidParameterException"].includes(problem.code)) throw problem;
  }
}

export const resetPassword = (email, code, password) => cognito("ConfirmForgotPassword", (client) => ({
  ClientId: client, Username: email, ConfirmationCode: code, Password: password,
}));

/** The second factor of whoever is logged in: {isOn, begin, confirm}. */
export const secondFactor = {
  isOn: async () => (await mine("GetUser")).UserMFASettingList?.includes("SOFTWARE_TOKEN_MFA") ?? false,
  begin: async () => (await mine("AssociateSoftwareToken")).SecretCode,
  confirm: async (code) => {
    const { Status } = await mine("VerifySoftwareToken", { UserCode: code });
    if (Status !== "SUCCESS") throw new AuthProblem("EnableSoftwareTokenMFAException");
    await mine("SetUserMFAPreference", { SoftwareTokenMfaSettings: { Enabled: true, PreferredMfa: true } });
  },
};

async function mine(action, said = {}) {
  const kept = session();
  const token = await idToken(kept?.access ? null : kept?.id);
  if (!token) throw new AuthProblem("NotAuthorizedException");
  return cognito(action, () => ({ AccessToken: session().access, ...said }));
}

async function refresh() {
  const { refresh: token } = session();
  try {
    const answer = await cognito("InitiateAuth", (client) => ({
      AuthFlow: "REFRESH_TOKEN_AUTH",
      ClientId: client,
      AuthParameters: { REFRESH_TOKEN: token },
    }));
    keep(answer.AuthenticationResult, { refreshToken: token });
  } catch (problem) {
    if (problem.code !== "offline") keep(null, { expired: true });
    throw problem;
  }
}

/** A token the API takes, another one than it `refused`. Null when nobody is logged in. */
export async function idToken(refused = null) {
  const kept = session();
  if (!kept) return null;
  if (kept.id !== refused && Date.now() < kept.until) return kept.id;
  refreshing ??= refresh().finally(() => { refreshing = null; });
  await refreshing;
  return session()?.id ?? null;
}

/** The API does not take even a fresh token. */
export const expire = () => keep(null, { expired: true });

export function logOut() {
  const kept = session();
  keep(null);
  // The refresh token must not outlive the visit; when this does not get through, it expires.
  if (kept) cognito("RevokeToken", (client) => ({ ClientId: client, Token: kept.refresh })).catch(() => {});
}
