// Shows the document, and streams while they are open.
"use strict";

// Swagger UI shows a response only when it has ended: the events of a stream so far are shown
// instead, for this time.
const STREAM = '/api/v1/notifications/stream/';
const STREAM_MILLISECONDS = 60000;
// A browser that has six streams open silently delays further ones.
const TIMEOUT_MILLISECONDS = 10000;
const NO_RESPONSE = 'No response yet. A browser keeps at most six connections to one server: ' +
  'close other pages that follow a stream, and try again.';
let open = new AbortController();

async function fetchForAWhile(url, options) {
  open.abort();
  const stop = new AbortController();
  open = stop;
  const timer = setTimeout(() => stop.abort(new Error(NO_RESPONSE)), TIMEOUT_MILLISECONDS);
  const response = await fetch(url, { ...options, signal: stop.signal });
  clearTimeout(timer);
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

// The Authorize dialog has one field, for a token or an API key: both are sent in the same header. The token of a stream
// is a parameter of that operation.
function withOneCredential(json) {
  const spec = JSON.parse(json);
  const { bearerAuth } = spec.components.securitySchemes;
  spec.components.securitySchemes = { bearerAuth };
  for (const item of Object.values(spec.paths)) {
    for (const operation of Object.values(item)) {
      operation.security = operation.security?.filter((way) => 'bearerAuth' in way || !Object.keys(way).length);
    }
  }
  return JSON.stringify(spec);
}

const oneCredential = () => ({
  statePlugins: {
    spec: { wrapActions: { updateSpec: (original) => (json) => original(withOneCredential(json)) } },
  },
});

const ui = SwaggerUIBundle({
  dom_id: '#page',
  url: '/openapi.json',
  plugins: [oneCredential],
  deepLinking: true,
  persistAuthorization: true,
  requestInterceptor: (request) => {
    if (request.url.includes(STREAM)) request.userFetch = fetchForAWhile;
    return request;
  },
});
