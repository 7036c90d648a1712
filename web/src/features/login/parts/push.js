// This browser as one that is told by Web Push.
import { installed, onIphone } from "../../../lib/installed.js";
import { lasting, session } from "../../../lib/session.js";
import { keepPhone, phonesOf, removePhone } from "../api.js";

const WANTED = "mimamori.told";

const can = () => "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;

/** "install" (an iPhone's page must be on the home screen first), "unsupported", "shared" (who is
 *  logged in for this tab only may not be whose browser it is), "denied", "on" or "off". */
export async function pushState() {
  if (!can()) return onIphone() && !installed() ? "install" : "unsupported";
  if (!lasting()) return "shared";
  if (Notification.permission === "denied") return "denied";
  return (await subscription()) && localStorage.getItem(WANTED) ? "on" : "off";
}

async function subscription() {
  const worker = await navigator.serviceWorker.getRegistration();
  return worker ? worker.pushManager.getSubscription() : null;
}

/** The name of an endpoint, as the API gives it. */
async function idOf(address) {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(address));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("").slice(0, 24);
}

/** The id of this browser among the person's; null when it is not subscribed. */
export async function thisPhone() {
  const found = can() ? await subscription() : null;
  return found ? idOf(found.endpoint) : null;
}

function nameOf() {
  const { userAgent: agent } = navigator;
  const machine = ["iPhone", "iPad", "Android", "Windows", "Macintosh", "Linux"].find((one) => agent.includes(one)) ?? "";
  const browser = [["Edg/", "Edge"], ["Firefox/", "Firefox"], ["Chrome/", "Chrome"], ["Safari/", "Safari"]].find(([sign]) => agent.includes(sign))?.[1] ?? "";
  return [machine, browser].filter(Boolean).join(" ") || "?";
}

async function tell(subscribed) {
  const { endpoint: address, keys: { p256dh, auth } } = subscribed.toJSON();
  return keepPhone({}, { endpoint: address, p256dh, auth, name: nameOf() });
}

/** Subscribes this browser with the operator's `key`; what the API then says, or null when the
 *  person, or the browser, does not allow it. */
export async function turnOn(key) {
  if (await Notification.requestPermission() !== "granted") return null;
  const worker = await navigator.serviceWorker.ready;
  await (await worker.pushManager.getSubscription())?.unsubscribe(); // of another key, or person
  const answer = await tell(await worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key }));
  localStorage.setItem(WANTED, "yes");
  return answer;
}

/** This browser is told no more. Works without a line, too: the subscription is gone, and the
 *  server learns of it at its next push. */
export async function turnOff() {
  localStorage.removeItem(WANTED);
  if (!can()) return;
  const found = await subscription();
  if (!found) return;
  const phone = await idOf(found.endpoint);
  await Promise.allSettled([session() ? removePhone({ phone }) : null, found.unsubscribe()]);
}

/** At each opening: phones lose subscriptions by themselves, and the server forgets who never comes. */
export async function renew() {
  if (!can() || !lasting() || !localStorage.getItem(WANTED) || Notification.permission !== "granted") return;
  const found = await subscription();
  if (found) await tell(found);
  else {
    const { key } = await phonesOf();
    if (key) await turnOn(key);
  }
}
