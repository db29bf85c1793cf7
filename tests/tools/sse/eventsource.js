// node eventsource.js URL TOKEN: follows a stream with the npm package `eventsource`.

import { EventSource } from "eventsource";

const [url, token] = process.argv.slice(2);
const source = new EventSource(`${url}?token=${token}`);
source.onmessage = (event) => console.log(event.data);
// It reconnects by itself, whether the stream ended or was cut off.
source.onerror = () => console.log(source.readyState === source.CONNECTING ? "reconnects" : "gives up");
// While it waits to reconnect, it keeps no program running.
setInterval(() => {}, 3_600_000);
