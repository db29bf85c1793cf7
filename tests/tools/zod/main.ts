// node main.js PAGE: reads a page of notifications with the schemas that hey-api's zod plugin makes, and bodies that
// they refuse.

import { zNewTask, zNotificationPage } from "./client/zod.gen.js";

declare const process: { argv: string[] };

const page = zNotificationPage.parse(JSON.parse(process.argv[2] ?? ""));
for (const notification of page.results) {
  console.log(`${notification.notification_type}: ${notification.title}`);
}
const task = { title: "Call", detail: "Now", due_date: "2035-01-01T00:00:00Z" };
for (const title of ["Call", " ", ""]) {
  console.log(`"${title}" fits: ${zNewTask.safeParse({ ...task, title }).success}`);
}
