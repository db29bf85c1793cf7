// node hey_api.js URL TOKEN: follows a stream with the client that hey-api's generator makes.

import { client } from "./client/client.gen.js";
import { streamNotifications } from "./client/sdk.gen.js";

declare const process: { argv: string[] };

const [url, token = ""] = process.argv.slice(2);
client.setConfig({ baseUrl: new URL("/", url).origin, auth: () => token });
const { stream } = await streamNotifications({ onSseError: () => console.log("reconnects") });
for await (const event of stream) {
  console.log(JSON.stringify(event));
}
console.log("ends");
