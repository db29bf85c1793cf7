// What a developer could write instead of Leopard in an afternoon: tasks and notifications in PostgreSQL, and an
// event for each open stream of this process. ./tests/bench peers measures it; nothing else uses it.
import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';
import pg from 'pg';

const { PORT, DATABASE_URL, JWT_SECRET } = process.env;
const HEARTBEAT_MILLISECONDS = 30_000;

const SCHEMA = `
  CREATE TABLE tasks (
    id bigserial PRIMARY KEY, title text NOT NULL, detail text NOT NULL, priority text NOT NULL,
    due_date timestamptz NOT NULL, assigned_to bigint NOT NULL, created_by bigint NOT NULL,
    created_at timestamptz NOT NULL);
  CREATE INDEX tasks_of_assignee ON tasks (assigned_to, due_date);
  CREATE TABLE notifications (
    id bigserial PRIMARY KEY, user_id bigint NOT NULL, task_id bigint NOT NULL REFERENCES tasks,
    title text NOT NULL, message text NOT NULL, is_read boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL);
  CREATE INDEX notifications_of_user ON notifications (user_id, id);`;

const INSERT_TASK = {
  name: 'task',
  text: `INSERT INTO tasks (title, detail, priority, due_date, assigned_to, created_by, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id`,
};
const INSERT_NOTIFICATION = {
  name: 'notification',
  text: `INSERT INTO notifications (user_id, task_id, title, message, created_at)
         VALUES ($1, $2, $3, $4, $5) RETURNING id`,
};

const database = new pg.Pool({ connectionString: DATABASE_URL, max: 16 });
/** The open responses of each user. */
const streams = new Map();

/** The user of a valid token (RFC 7519 with HS256), or undefined. */
function authenticate(request) {
  const token = request.headers.authorization?.slice('Bearer '.length) ?? '';
  const [header, claims, signature] = token.split('.');
  if (!signature) return undefined;
  const expected = createHmac('sha256', JWT_SECRET).update(`${header}.${claims}`).digest();
  const received = Buffer.from(signature, 'base64url');
  if (received.length !== expected.length || !timingSafeEqual(received, expected)) return undefined;
  const { user_id, exp } = JSON.parse(Buffer.from(claims, 'base64url'));
  return exp > Date.now() / 1000 ? Number(user_id) : undefined;
}

/** Runs this work in a transaction. */
async function transaction(work) {
  const connection = await database.connect();
  try {
    await connection.query('BEGIN');
    const result = await work(connection);
    await connection.query('COMMIT');
    return result;
  } catch (error) {
    await connection.query('ROLLBACK').catch(() => {});
    throw error;
  } finally {
    connection.release();
  }
}

async function insert(connection, statement, values) {
  const { rows } = await connection.query({ ...statement, values });
  return Number(rows[0].id);
}

async function readBody(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return JSON.parse(Buffer.concat(chunks));
}

async function createTask(request, response, user) {
  const { title, detail, priority, due_date, assigned_to } = await readBody(request);
  const created_at = new Date().toISOString();
  const notification = {
    notification_type: 'TASK_ASSIGNED',
    title: `New Task Assigned: ${title}`,
    message: `A new ${priority.toLowerCase()} priority task has been assigned to you.`,
    due_date,
    read: false,
    created_at,
  };
  const task = await transaction(async (connection) => {
    const values = [title, detail, priority, due_date, assigned_to, user, created_at];
    const task = await insert(connection, INSERT_TASK, values);
    const texts = [notification.title, notification.message, created_at];
    notification.id = await insert(connection, INSERT_NOTIFICATION, [assigned_to, task, ...texts]);
    notification.meta_info = { task_id: task, priority };
    return task;
  });
  const event = `id: ${notification.id}\ndata: ${JSON.stringify(notification)}\n\n`;
  for (const stream of streams.get(assigned_to) ?? []) stream.write(event);
  const created = { id: task, title, detail, priority, due_date, assigned_to, created_at };
  const body = Buffer.from(JSON.stringify(created));
  response.writeHead(201, { 'Content-Type': 'application/json', 'Content-Length': body.length });
  response.end(body);
}

function openStream(request, response, user) {
  const own = streams.get(user) ?? new Set();
  streams.set(user, own.add(response));
  request.on('close', () => own.delete(response));
  response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-cache' });
  response.write('data: {"type":"connection_established"}\n\n');
}

const ROUTES = {
  'POST /api/v1/tasks/create/': createTask,
  'GET /api/v1/notifications/stream/': openStream,
};

await database.query(SCHEMA);
setInterval(() => {
  for (const own of streams.values()) for (const stream of own) stream.write(': heartbeat\n\n');
}, HEARTBEAT_MILLISECONDS);
createServer(async (request, response) => {
  const user = authenticate(request);
  const route = ROUTES[`${request.method} ${request.url}`];
  if (user === undefined || !route) return response.writeHead(user === undefined ? 401 : 404).end();
  try {
    await route(request, response, user);
  } catch (error) {
    response.writeHead(500).end(String(error));
  }
}).listen(Number(PORT), '127.0.0.1', 4096);
