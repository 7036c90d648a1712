// Logging in, a forgotten password, the second factor: what only some pages need of a session.
import { AuthProblem, cognito, idToken, keep, session } from "./session.js";

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
