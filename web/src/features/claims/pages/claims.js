// Claims for sympathy money: how far each is, its photographs, and a new one.
import { t, word } from "../../../lib/i18n.js";
import { now } from "../../../lib/clock.js";
import { useAnswer } from "../../../lib/data.js";
import { small } from "../../../lib/photos.js";
import { clockTime, dayOf, fullDay } from "../../../lib/time.js";
import { html, useRef, useState } from "../../../lib/ui.js";
import { Form, Input, Radios } from "../../../parts/fields.js";
import { Icon } from "../../../parts/icon.js";
import { instead } from "../../../parts/instead.js";
import { Empty, Notice, ProblemNotice, say } from "../../../parts/messages.js";
import { Back, Title } from "../../../parts/page.js";
import { contractOf } from "../../contracts/api.js";
import { contract as contractLink } from "../../contracts/links.js";
import { yen } from "../../contracts/parts/money.js";
import { claim, claimsOf, damage, showDamage } from "../api.js";
import { Photographs } from "../parts/photographs.js";

const MOST = 8;
const SHOWING = ["applied", "examined"];
const moment = (instant) => `${fullDay(instant)} ${clockTime(instant)}`;

/** Sends photographs one after the other; gives those that could not be sent, and why. */
async function sendAll(contract, id, photos, onSent) {
  const left = [...photos];
  while (left.length > 0) {
    try {
      onSent(await showDamage({ contract, claim: id }, { photo_jpeg: left[0] }));
    } catch (problem) {
      return { left, problem };
    }
    left.shift();
  }
  return { left, problem: null };
}

/** Photographs that somebody chose, made small; null when one is none. */
const chosen = (files) => Promise.all([...files].slice(0, MOST).map(small)).catch(() => null);

function One({ contract, one, waiting, onSent, onWaiting }) {
  const [busy, setBusy] = useState(false);
  const input = useRef();
  const send = async (photos) => {
    setBusy(true);
    onWaiting(photos === null ? { left: [], problem: { kind: "refused", title: t("damage.noPicture") } } : await sendAll(contract, one.id, photos, onSent));
    setBusy(false);
  };
  const choose = async (event) => {
    const photos = await chosen(event.target.files);
    event.target.value = "";
    await send(photos && [...waiting.left, ...photos]);
  };
  const open = SHOWING.includes(one.stage) && one.photographs.length < MOST;
  return html`<li class="card claim" aria-labelledby=${`claim-${one.id}`}>
    <h2 id=${`claim-${one.id}`}>${word("loss", one.cause)} <span class=${`pill ${one.stage === "denied" ? "silent" : ""}`}>${word("claimstate", one.stage)}</span></h2>
    <dl class="facts"><div><dt>${t("claims.happened")}</dt><dd>${moment(one.happened)}</dd></div>
      <div><dt>${t("claims.amount")}</dt><dd>${yen(one.claimed)}</dd></div>
      ${one.amount !== null && html`<div><dt>${t("claims.paid")}</dt><dd>${yen(one.amount)}</dd></div>`}</dl>
    <p class="hint">${word("claimmeans", one.stage)}</p>
    <${Photographs} names=${one.photographs} path=${(name) => damage.path({ contract, claim: one.id, name })} />
    <${ProblemNotice} problem=${waiting.problem} />
    ${waiting.left.length > 0 && html`<button type="button" class="button primary" disabled=${busy} onClick=${() => send(waiting.left)}>${t("damage.again", { n: waiting.left.length })}</button>`}
    ${open && html`<div><input ref=${input} class="unseen" type="file" accept="image/*" multiple tabindex="-1" aria-hidden="true" onChange=${choose} />
      <button type="button" class="button outline wide" disabled=${busy} onClick=${() => input.current.click()}><${Icon} name="camera" />${busy ? t("damage.sending") : t("damage.add")}</button></div>`}
  </li>`;
}

/** Now, as a field for local times in Japan says it. */
const latest = () => new Date(now() + 9 * 3_600_000).toISOString().slice(0, 16);

function New({ contract, terms, onClaimed }) {
  const [problem, setProblem] = useState(null);
  const [busy, setBusy] = useState(false);
  const submit = async (event) => {
    event.preventDefault();
    const form = event.target;
    const said = new FormData(form);
    setBusy(true);
    setProblem(null);
    const photos = await chosen(form.elements.photos.files);
    try {
      if (photos === null) throw { kind: "refused", title: t("damage.noPicture") };
      const made = await claim({ contract }, {
        happened: `${said.get("happened")}:00+09:00`,
        cause: said.get("cause"),
        amount: Number(said.get("amount")),
        story: said.get("story").trim(),
        ...(said.get("site") ? { site: said.get("site") } : {}),
      });
      say(t("claims.made"));
      form.reset();
      await onClaimed(made, photos);
    } catch (error) {
      setProblem(error);
    }
    setBusy(false);
  };
  return html`<section class="card stack" aria-labelledby="new-claim"><h2 id="new-claim">${t("claims.new")}</h2>
    <p>${t(`claims.brings-${terms.kind}`, { yen: yen(terms.yen) })}</p>
    <${Form} draft="claim" problem=${problem} onSubmit=${submit}>
      <${Input} name="happened" type="datetime-local" required max=${latest()} label=${t("claims.happened")} hint=${t("claims.happenedHint")} />
      <${Radios} name="cause" legend=${t("claims.cause")} options=${terms.causes.map((one) => [one, word("loss", one)])} />
      ${terms.sites.length > 1 && html`<${Radios} name="site" legend=${t("claims.site")} options=${terms.sites.map((one) => [one, word("losssite", one)])} />`}
      <${Input} name="amount" type="number" min="1" inputmode="numeric" required label=${t("claims.amount")} hint=${t("claims.amountHint")} />
      <${Input} name="story" area label=${t("claims.story")} hint=${t("claims.storyHint")} />
      <${Input} name="photos" type="file" accept="image/*" multiple label=${t("damage.photos")} hint=${t("damage.photosHint", { n: MOST })} />
      <${ProblemNotice} problem=${problem} />
      <button type="submit" class="button primary wide" disabled=${busy}>${busy ? t("damage.sending") : t("claims.submit")}</button><//></section>`;
}

const NONE = { left: [], problem: null };

export function Claims({ contract, title }) {
  const answer = useAnswer(claimsOf.path({ contract }));
  const about = useAnswer(contractOf.path({ contract }));
  const [waiting, setWaiting] = useState({});
  const list = useRef([]);
  const other = instead({ ...about, data: about.data && answer.data, problem: about.problem ?? answer.problem }, title);
  if (other) return other;
  const terms = about.data.sympathy;
  list.current = answer.data;
  const put = (one) => {
    list.current = [...list.current.filter(({ id }) => id !== one.id), one];
    answer.put(list.current);
  };
  const wait = (id) => (said) => setWaiting((all) => ({ ...all, [id]: said }));
  const claimed = async (made, photos) => {
    put(made);
    wait(made.id)(await sendAll(contract, made.id, photos, put));
  };
  const newest = [...answer.data].sort((a, b) => (a.happened < b.happened ? 1 : -1));
  return html`<div class="narrow"><${Back} href=${contractLink({ contract })}>${t("contract.back")}<//>
    <${Title}>${title}<//>
    ${!terms && html`<${Notice}><p>${t("claims.notHere")}</p><//>`}
    ${terms && newest.length === 0 && html`<${Empty} icon="info" title=${t("claims.none")} />`}
    <ul class="rows">${newest.map((one) => html`<${One} key=${one.id} contract=${contract} one=${one} waiting=${waiting[one.id] ?? NONE} onSent=${put} onWaiting=${wait(one.id)} />`)}</ul>
    ${terms && html`<${New} contract=${contract} terms=${terms} onClaimed=${claimed} />`}
  </div>`;
}
