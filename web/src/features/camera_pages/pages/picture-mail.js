// 写真つきメール (アルボeye): the addresses to which pictures are mailed, and no others.
import { t } from "../../../lib/i18n.js";
import { useAnswer } from "../../../lib/data.js";
import { html, useState } from "../../../lib/ui.js";
import { Form, Input } from "../../../parts/fields.js";
import { instead } from "../../../parts/instead.js";
import { ProblemNotice, say } from "../../../parts/messages.js";
import { Back, Title } from "../../../parts/page.js";
import { home as homeLink } from "../../homes/links.js";
import { pictureMail, putPictureMail } from "../../cameras/api.js";

const PLACES = [0, 1, 2, 3, 4];
const nameOf = (n) => `address-${n}`;

export function PictureMail({ me, home, title }) {
  const answer = useAnswer(pictureMail.path({ home }));
  const [problem, setProblem] = useState(null);
  const missing = instead(answer, title);
  if (missing) return missing;
  const { addresses } = answer.data;
  const submit = async (event) => {
    event.preventDefault();
    const { elements } = event.target;
    setProblem(null);
    try {
      const wanted = PLACES.map((n) => elements[nameOf(n)].value.trim()).filter(Boolean);
      answer.put(await putPictureMail({ home }, { addresses: wanted }));
      say(t("app.saved"));
    } catch (error) {
      setProblem(error);
    }
  };
  const name = me.homes.find(({ id }) => id === home)?.name ?? "";
  return html`<div class="narrow"><${Back} href=${homeLink({ home })}>${t("home.back", { home: name })}<//>
    <${Title}>${t("pictureMail.title")}<//>
    <p>${t("pictureMail.text")}</p>
    <${Form} key=${JSON.stringify(addresses)} problem=${problem} places=${Object.fromEntries(PLACES.map((n) => [`addresses.${n}`, nameOf(n)]))} onSubmit=${submit}>
      <section class="card">${PLACES.map((n) => html`<${Input} key=${n} name=${nameOf(n)} type="email" maxlength="254" value=${addresses[n]} label=${t("pictureMail.address", { n: n + 1 })} />`)}</section>
      <${ProblemNotice} problem=${problem} />
      <button type="submit" class="button primary wide">${t("pictureMail.save")}</button><//></div>`;
}
