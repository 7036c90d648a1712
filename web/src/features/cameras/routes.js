import { addCamera, camera, event } from "./links.js";
import { AddCamera } from "./pages/add-camera.js";
import { Camera } from "./pages/camera.js";
import { Event } from "./pages/event.js";

export const routes = [
  { at: addCamera, page: AddCamera, title: "add.title" },
  { at: camera, page: Camera, title: "view.short" },
  { at: event, page: Event, title: "events.title", fromMail: true },
];
