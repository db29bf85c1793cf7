// The stream. In a browser, `EventSource` does what `follow` does, and comes back by itself.

import type { components } from "./leopard.js";

export type StreamEvent = components["schemas"]["StreamEvent"];

/** The events, as they come. */
export async function* follow(baseUrl: string, token: string): AsyncGenerator<StreamEvent> {
  const headers = { Authorization: `Bearer ${token}` };
  const response = await fetch(new URL("/api/v1/notifications/stream/", baseUrl), { headers });
  if (!response.ok || response.body === null) {
    throw new Error(`the stream does not open: ${response.status}`);
  }
  let rest = "";
  for await (const text of response.body.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      if (line.startsWith("data: ")) {
        yield JSON.parse(line.slice("data: ".length)) as StreamEvent;
      }
    }
  }
}

/** An event in words. Its `type` says what it has; one that is forgotten here does not compile. */
export function describe(event: StreamEvent): string {
  switch (event.type) {
    case "connection_established":
      return `connected, ${event.unread_count} unread`;
    case "notification":
      return event.title;
    case "notification_read":
      return `read: ${event.notification_ids.join(", ")}`;
    case "notification_deleted":
      return `deleted: ${event.notification_ids.join(", ")}`;
    case "unread_count_update":
      return `${event.unread_count} unread`;
    case "replay_truncated":
      return `missed ${event.missed ?? "an unknown number"}: read the inbox`;
    case "heartbeat":
      return `alive at ${event.timestamp}`;
    case "server_shutdown":
    case "token_expired":
    case "unavailable":
      return "the stream ends";
  }
}
