// node fetch_event_source.js URL TOKEN: follows a stream with `@microsoft/fetch-event-source`.

// It is written for browsers.
globalThis.window = globalThis;
const { fetchEventSource } = await import("@microsoft/fetch-event-source");

const [url, token] = process.argv.slice(2);
await fetchEventSource(url, {
  headers: { Authorization: `Bearer ${token}` },
  // There is no page that could be hidden.
  openWhenHidden: true,
  onmessage: (event) => event.data && console.log(event.data),
  onclose: () => console.log("ends"),
  // It reconnects where this does not throw.
  onerror: () => console.log("reconnects"),
});
