// Shows the document, and streams while they are open.
"use strict";

// Swagger UI shows an answer only when it has ended: what has come of a stream so far is put in
// its place, until this time is over.
const STREAM = '/api/v1/notifications/stream/';
const STREAM_MILLISECONDS = 60000;
// A browser that has six streams open starts no further one, and says nothing.
const PATIENCE_MILLISECONDS = 10000;
const NO_ANSWER = 'No answer yet. A browser keeps at most six connections to one server: ' +
  'close other pages that follow a stream, and try again.';
let open = new AbortController();

async function fetchForAWhile(url, options) {
  open.abort();
  const stop = new AbortController();
  open = stop;
  const patience = setTimeout(() => stop.abort(new Error(NO_ANSWER)), PATIENCE_MILLISECONDS);
  const response = await fetch(url, { ...options, signal: stop.signal });
  clearTimeout(patience);
  const type = response.headers.get('content-type') || '';
  if (!type.startsWith('text/event-stream')) return response;
  setTimeout(() => stop.abort(), STREAM_MILLISECONDS);
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  let text = '';
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      text += decoder.decode(part.value, { stream: true });
      show(response, text);
    }
  } catch (error) {
    if (error.name !== 'AbortError') text += `\n${error}\n`;
  }
  const { status, statusText, headers } = response;
  const shown = new Response(text, { status, statusText, headers });
  return Object.defineProperty(shown, 'url', { value: response.url });
}

function show(response, text) {
  const { ok, url, status, statusText } = response;
  const headers = Object.fromEntries(response.headers);
  ui.specActions.setResponse(STREAM, 'get', { ok, url, status, statusText, headers, text });
}

const ui = SwaggerUIBundle({
  dom_id: '#ui',
  url: '/openapi.json',
  deepLinking: true,
  persistAuthorization: true,
  requestInterceptor: (request) => {
    if (request.url.includes(STREAM)) request.userFetch = fetchForAWhile;
    return request;
  },
});
