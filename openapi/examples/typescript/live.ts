// The stream. In a browser, `EventSource` does most of what `follow` does.

import { setTimeout as sleep } from "node:timers/promises";

import type { components } from "./leopard.js";

export type StreamEvent = components["schemas"]["StreamEvent"];

/** Milliseconds to wait where the server has not said how long. */
const RETRY = 3000;

/**
 * The events as they come, over as many connections as it takes: an end of the stream is never final
 * while the token is valid. After that, get another token and call this again.
 */
export async function* follow(baseUrl: string, token: string): AsyncGenerator<StreamEvent> {
  const url = new URL("/api/v1/notifications/stream/", baseUrl);
  const headers = new Headers({ Authorization: `Bearer ${token}` });
  let retry = RETRY;
  for (;;) {
    let wait: number | undefined;
    try {
      const response = await fetch(url, { headers });
      if (response.status === 401) {
        await response.body?.cancel();
        return;
      }
      if (!response.ok || response.body === null) {
        wait = 1000 * Number(response.headers.get("Retry-After") ?? NaN) || undefined;
        throw new Error(`the stream does not open: ${response.status}`);
      }
      for await (const { id, retry: milliseconds, data } of messages(response.body)) {
        retry = milliseconds ?? retry;
        if (id !== undefined) {
          // What comes after it is what the next connection begins with.
          headers.set("Last-Event-ID", id);
        }
        const event = data === undefined ? undefined : known(data);
        if (event !== undefined) {
          yield event;
        }
        if (event?.type === "token_expired") {
          return;
        }
      }
    } catch (error) {
      // Cut off, or not reachable: both pass.
      console.error(`${error}`);
    }
    await sleep(wait ?? retry);
  }
}

/** The fields of one event as they were sent. */
interface Message {
  id?: string;
  retry?: number;
  data?: string;
}

async function* messages(body: NonNullable<Response["body"]>): AsyncGenerator<Message> {
  let rest = "";
  let message: Message = {};
  for await (const text of body.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      if (line === "") {
        yield message;
        message = {};
      } else if (line.startsWith("id: ")) {
        message.id = line.slice("id: ".length);
      } else if (line.startsWith("retry: ")) {
        message.retry = Number(line.slice("retry: ".length));
      } else if (line.startsWith("data: ")) {
        message.data = line.slice("data: ".length);
      }
    }
  }
}

/** The event, unless a later server has sent one of a type that is unknown here. */
function known(data: string): StreamEvent | undefined {
  const event = JSON.parse(data) as StreamEvent;
  return describe(event) === undefined ? undefined : event;
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
    case "throttled":
      return `too many streams: again in ${event.retry_after} seconds`;
    case "server_shutdown":
    case "token_expired":
    case "unavailable":
      return "the stream ends";
  }
}
