import { later } from "../../parts/later.js";
import { isStaff } from "./groups.js";
import { caseFile, desk, request, silent, task } from "./links.js";

export const routes = [
  { at: desk, page: later(() => import("./pages/desk.js"), "Desk"), title: "desk.title", keepsPlace: true },
  { at: request, page: later(() => import("./pages/request.js"), "Request"), title: "desk.new" },
  { at: silent, page: later(() => import("./pages/silent.js"), "Silent"), title: "silent.short", fromMail: true },
  { at: task, page: later(() => import("./pages/task.js"), "TaskPage"), title: "task.title" },
  { at: caseFile, page: later(() => import("./pages/case.js"), "CasePage"), title: "case.title" },
];

export const menu = [{ words: "menu.desk", link: desk, shown: isStaff, leads: true }];
