// Logs in, follows the notifications live, makes a task and marks the notification of it as read.
//
//   node build/main.js http://localhost:8000 admin <password.txt

import { text } from "node:stream/consumers";

import createClient from "openapi-fetch";

import type { components, paths } from "./leopard.js";
import { describe, follow } from "./live.js";

const [baseUrl = "http://localhost:8000", username = "admin"] = process.argv.slice(2);
const password = (await text(process.stdin)).trimEnd();

const leopard = createClient<paths>({ baseUrl });

const { access } = answered(await leopard.POST("/api/token/", { body: { username, password } }));
leopard.use({
  onRequest({ request }) {
    request.headers.set("Authorization", `Bearer ${access}`);
    return request;
  },
});
console.log(`${username} is logged in`);

for await (const event of follow(baseUrl, access)) {
  console.log(`live: ${describe(event)}`);
  if (event.type === "connection_established") {
    // The first event says who we are: the task is for ourselves.
    await createTask(event.user_id);
  } else if (event.type === "notification") {
    await markRead(event.id);
    break;
  }
}

const tasks = answered(await leopard.GET("/api/v1/tasks/", { params: { query: { page_size: 10 } } }));
console.log(`tasks: ${tasks.count}`);
for (const task of tasks.results) {
  console.log(`- ${task.title} (${task.status_display})`);
}

async function createTask(assigned_to: number): Promise<void> {
  const due_date = new Date(Date.now() + 24 * 60 * 60 * 1000).toISOString();
  const body = { title: "Try TypeScript", detail: "With types", due_date, assigned_to };
  const task = answered(await leopard.POST("/api/v1/tasks/", { body }));
  console.log(`task ${task.id} is made`);
}

async function markRead(id: number): Promise<void> {
  const path = "/api/v1/notifications/{id}/mark_read/";
  const notification = answered(await leopard.POST(path, { params: { path: { id } } }));
  console.log(`notification ${notification.id} is read: ${notification.read}`);
}

/** The data of an answer; a problem ends the program with what went wrong. */
function answered<Data>(answer: { data?: Data; error?: components["schemas"]["Problem"] }): Data {
  if (answer.data === undefined) {
    throw new Error(answer.error?.detail);
  }
  return answer.data;
}
