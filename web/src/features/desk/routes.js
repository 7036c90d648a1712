import { isStaff } from "./groups.js";
import { caseFile, desk, request, task } from "./links.js";
import { CasePage } from "./pages/case.js";
import { Desk } from "./pages/desk.js";
import { Request } from "./pages/request.js";
import { TaskPage } from "./pages/task.js";

export const routes = [
  { at: desk, page: Desk, title: "desk.title", keepsPlace: true },
  { at: request, page: Request, title: "desk.new" },
  { at: task, page: TaskPage, title: "task.title" },
  { at: caseFile, page: CasePage, title: "case.title" },
];

export const menu = [{ words: "desk.short", link: desk, shown: isStaff }];
