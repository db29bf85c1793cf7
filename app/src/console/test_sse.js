// The stream tester, served by Leopard or opened as a file. It inserts what a server sends as text,
// never as HTML.
"use strict";

(() => {
  const STREAM = "/api/v1/notifications/stream/";
  // The page may stay open for days, so it keeps at most this many events.
  const KEPT_EVENTS = 500;
  // A message about more notifications shows their number instead of their ids.
  const NAMED_IDS = 5;

  const element = (id) => document.getElementById(id);
  const form = element("connection");
  const events = element("events");
  let source = null;
  let notifications = 0;
  // The inbox of the received events, and the cursor of the last one, from which Connect resumes.
  let resume = { inbox: null, cursor: "" };
  // The newest cursor that the unread count of `connection_established` includes.
  let counted = 0;

  element("server").value =
    location.protocol.startsWith("http") ? location.origin : "http://localhost:8000";

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    connect();
  });
  element("disconnect").addEventListener("click", () => {
    close();
    say("Disconnected by you.");
  });
  element("clear").addEventListener("click", () => {
    events.replaceChildren();
    element("empty").hidden = false;
  });

  // --- the connection

  function connect() {
    close();
    const url = streamUrl();
    if (url === null) return;
    show("connecting", "Connecting…");
    const opened = new EventSource(url);
    source = opened;
    opened.onopen = () => show("connected", "Connected ✓");
    opened.onmessage = (message) => receive(message);
    opened.onerror = () => {
      if (opened !== source) return;
      if (opened.readyState === EventSource.CLOSED) {
        close("failed");
        explain(url);
      } else if (element("status").textContent !== "Reconnecting…") {
        show("connecting", "Reconnecting…");
        say("No connection to the server. Is it running? The browser keeps trying.");
      }
    };
    buttons();
  }

  function streamUrl() {
    const token = element("token").value.trim().replace(/^Bearer\s+/i, "");
    try {
      const url = new URL(STREAM, element("server").value.trim());
      url.searchParams.set("token", token);
      const inbox = `${url.origin} ${userOf(token)}`;
      if (inbox !== resume.inbox) resume = { inbox, cursor: "" };
      if (resume.cursor !== "") url.searchParams.set("last_event_id", resume.cursor);
      return url.href;
    } catch {
      problem("The server's address is not a URL.");
      return null;
    }
  }

  // A new token of the same user resumes where the old one ended. A token that this page cannot read
  // is its own inbox; the server validates it.
  function userOf(token) {
    try {
      const claims = token.split(".")[1].replaceAll("-", "+").replaceAll("_", "/");
      return JSON.parse(atob(claims)).user_id ?? token;
    } catch {
      return token;
    }
  }

  function close(state = "disconnected") {
    if (source !== null) source.close();
    source = null;
    show(state, "Disconnected");
    buttons();
  }

  function show(state, text) {
    element("status").dataset.state = state;
    element("status").textContent = text;
  }

  function buttons() {
    element("connect").disabled = source !== null;
    element("disconnect").disabled = source === null;
  }

  // EventSource closes on an error status without the status, so request the stream once more, and
  // abort as soon as the response begins.
  async function explain(url) {
    const listening = new AbortController();
    try {
      const answer = await fetch(url, { signal: listening.signal });
      if (answer.ok) {
        problem("The stream was refused, but the server accepts it now: press Connect again.");
      } else {
        const { detail } = await answer.json().catch(() => ({ detail: answer.statusText }));
        const reason = `${detail}`.replace(/\.?$/, ".");
        problem(`The server refused the stream (${answer.status}): ${reason} ${advice(answer)}`);
      }
    } catch {
      problem("The server cannot be reached. Is it running, and is the address right?");
    } finally {
      listening.abort();
    }
  }

  function advice(answer) {
    if (answer.status === 401) {
      return "Get a new access token (not the refresh token) and press Connect.";
    }
    if (answer.status === 429) {
      const seconds = answer.headers.get("Retry-After");
      const when = seconds === null ? "later" : `in ${seconds} seconds`;
      return `Try again ${when}.`;
    }
    return "";
  }

  // --- events

  const handlers = {
    connection_established(event) {
      element("user").textContent = event.user_id;
      element("unread").textContent = event.unread_count;
      counted = Number(event.last_event_id);
      say("Connected to SSE stream");
    },
    notification(event, cursor) {
      notifications += 1;
      element("count").textContent = notifications;
      // The count of `connection_established` includes missed notifications.
      if (Number(cursor) > counted) changeUnread(1);
      add("notification", notificationView(event)).dataset.notification = event.id;
    },
    heartbeat(event) {
      const heartbeat = element("heartbeat");
      heartbeat.dateTime = event.timestamp;
      heartbeat.textContent = new Date(event.timestamp).toLocaleTimeString();
    },
    unread_count_update(event) {
      element("unread").textContent = event.unread_count;
    },
    notification_read(event) {
      mark(event.notification_ids, "read");
      say(describe(event.notification_ids, "read"));
    },
    notification_deleted(event) {
      mark(event.notification_ids, "deleted");
      say(describe(event.notification_ids, "deleted"));
    },
    replay_truncated(event) {
      const missed = event.missed === null ? "Some notifications were"
        : event.missed === 1 ? "1 notification was"
        : `${event.missed} notifications were`;
      problem(`${missed} missed; see the inbox. New ones appear here.`);
    },
    server_shutdown() {
      say("The server is shutting down; the browser will connect again.");
    },
    token_expired() {
      close("failed");
      problem("The token has expired. Get a new access token and press Connect.");
    },
    unavailable() {
      problem("The server's database is unavailable; the browser will connect again.");
    },
    throttled(event) {
      const when = `in ${event.retry_after} seconds or more`;
      problem(`This user has too many open streams. Close one; the browser will connect again ${when}.`);
    },
  };

  function receive({ data, lastEventId }) {
    // The event of a refused stream has no id.
    if (lastEventId !== "") resume.cursor = lastEventId;
    let event;
    try {
      event = JSON.parse(data);
    } catch {
      problem(`Received something that is not JSON: ${data}`);
      return;
    }
    if (Object.hasOwn(handlers, event?.type)) {
      handlers[event.type](event, lastEventId);
    } else {
      say(`Received an event of an unknown type: ${data}`);
    }
  }

  function changeUnread(by) {
    const unread = Number.parseInt(element("unread").textContent, 10);
    if (!Number.isNaN(unread)) element("unread").textContent = unread + by;
  }

  function describe(ids, what) {
    if (ids.length > NAMED_IDS) return `${ids.length} notifications were ${what}.`;
    return `Notifications ${what}: ${ids.join(", ")}`;
  }

  function mark(ids, state) {
    for (const entry of events.children) {
      if (ids.includes(Number(entry.dataset.notification))) entry.dataset.state = state;
    }
  }

  // --- the list

  const say = (text) => add("system", [node("p", text)]);
  const problem = (text) => add("problem", [node("p", text)]);

  function add(kind, content) {
    const entry = document.createElement("li");
    entry.dataset.kind = kind;
    const arrived = node("time", new Date().toLocaleTimeString());
    arrived.className = "arrived";
    entry.append(arrived, ...content);
    events.prepend(entry);
    while (events.children.length > KEPT_EVENTS) events.lastElementChild.remove();
    element("empty").hidden = true;
    return entry;
  }

  function notificationView(event) {
    const facts = document.createElement("dl");
    const fact = (name, className, value) => {
      if (value === undefined || value === null) return;
      const shown = value instanceof Node ? value : document.createTextNode(value);
      const description = document.createElement("dd");
      description.className = className;
      description.append(shown);
      const group = document.createElement("div");
      group.append(node("dt", name), description);
      facts.append(group);
    };
    fact("Due date", "due-date", event.due_date && moment(event.due_date));
    fact("Priority", "priority", event.meta_info?.priority);
    fact("Task id", "task-id", event.meta_info?.task_id);
    fact("Type", "type", event.notification_type);
    fact("Leads to", "url", event.url && link(event.url));
    return [node("h3", event.title), node("p", event.message), facts];
  }

  function moment(text) {
    const time = node("time", new Date(text).toLocaleString());
    time.dateTime = text;
    return time;
  }

  // The server accepts no other schemes than http and https.
  function link(url) {
    const anchor = node("a", url);
    anchor.href = url;
    anchor.rel = "noopener noreferrer";
    return anchor;
  }

  function node(name, text) {
    const created = document.createElement(name);
    created.textContent = text;
    return created;
  }
})();
