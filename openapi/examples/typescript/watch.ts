// Logs in and prints the titles of notifications as they come, for as long as the token is valid.
//
//   node build/watch.js http://localhost:8000 admin <password.txt

import { text } from "node:stream/consumers";

import createClient from "openapi-fetch";

import type { paths } from "./leopard.js";
import { follow } from "./live.js";

const [baseUrl = "http://localhost:8000", username = "admin"] = process.argv.slice(2);
const password = (await text(process.stdin)).trimEnd();

const leopard = createClient<paths>({ baseUrl });
const { data, error } = await leopard.POST("/api/token/", { body: { username, password } });
if (data === undefined) {
  throw new Error(error.detail);
}
for await (const event of follow(baseUrl, data.access)) {
  if (event.type === "connection_established") {
    console.log("connected");
  } else if (event.type === "notification") {
    console.log(event.title);
  }
}
console.log("the token is not valid any more");
