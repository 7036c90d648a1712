import { later } from "../../parts/later.js";
import { addCamera, camera, event, pictureMail } from "../cameras/links.js";

export const routes = [
  { at: addCamera, page: later(() => import("./pages/add-camera.js"), "AddCamera"), title: "add.title" },
  { at: camera, page: later(() => import("./pages/camera.js"), "Camera"), title: "view.short" },
  { at: event, page: later(() => import("./pages/event.js"), "Event"), title: "events.title", fromMail: true },
  { at: pictureMail, page: later(() => import("./pages/picture-mail.js"), "PictureMail"), title: "pictureMail.title" },
];

const mailed = ({ features, role }) => features.includes("picture-mail") && role === "contractor";
export const entrances = [{ icon: "camera", words: "entrance.picture_mail", link: pictureMail, shown: mailed }];
