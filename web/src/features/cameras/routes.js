import { later } from "../../parts/later.js";
import { addCamera, camera, event } from "./links.js";

export const routes = [
  { at: addCamera, page: later(() => import("./pages/add-camera.js"), "AddCamera"), title: "add.title" },
  { at: camera, page: later(() => import("./pages/camera.js"), "Camera"), title: "view.short" },
  { at: event, page: later(() => import("./pages/event.js"), "Event"), title: "events.title", fromMail: true },
];
