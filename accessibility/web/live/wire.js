// Reading the API: JSON answers and the stream of server-sent events.
//
// EventSource cannot send an Authorization header, so the stream is read with fetch and parsed here
// (WHATWG HTML, 9.2.6).

import { adjust } from "/live/clock.js";
import { language } from "/live/texts.js";

const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 10_000;
// Three missed keep-alives: the other end is gone although the connection looks open.
const DEAD_AFTER_MS = 45_000;

/** An answer that is not a success. */
export class Refused extends Error {
  constructor(status) {
    super(`status ${status}`);
    this.status = status;
    this.unauthorised = status === 401 || status === 403;
  }
}

async function call(token, path, options = {}) {
  const headers = { Authorization: `Bearer ${token}`, "Accept-Language": language, ...options.headers };
  const answer = await fetch(path, { ...options, headers, cache: "no-store" });
  adjust(answer.headers.get("Date"));
  if (!answer.ok) throw new Refused(answer.status);
  return answer;
}

/** Reads JSON. */
export async function read(token, path) {
  const answer = await call(token, path, { signal: AbortSignal.timeout(15_000) });
  return answer.json();
}

/** Cuts a stream of text into events; `feed` returns those that a chunk completes. */
export function eventCutter() {
  let rest = "";
  let event = { data: [] };
  const line = (text, done) => {
    if (text === "") {
      if (event.data.length > 0) done.push({ ...event, data: event.data.join("\n") });
      event = { data: [] };
      return;
    }
    const colon = text.indexOf(":");
    const name = colon < 0 ? text : text.slice(0, colon);
    const value = colon < 0 ? "" : text.slice(colon + 1).replace(/^ /, "");
    if (name === "data") event.data.push(value);
    if (name === "id") event.id = value;
    if (name === "event") event.type = value;
  };
  return function feed(chunk) {
    const done = [];
    const lines = (rest + chunk).split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop();
    for (const text of lines) line(text, done);
    return done;
  };
}

/** Follows the stream for ever. Tells `on.open`, `on.event`, `on.refused`; returns its health. */
export function follow(token, on) {
  const health = { connected: false, met: false, lastByteAt: Date.now(), downSince: Date.now() };
  run(token, on, health);
  return health;
}

async function run(token, on, health) {
  const position = { last: null, retryMs: FIRST_RETRY_MS };
  for (;;) {
    try {
      await once(token, on, health, position);
    } catch (failure) {
      if (failure.unauthorised) return on.refused();
    }
    if (health.connected) health.downSince = Date.now();
    health.connected = false;
    // Jitter: pages that lost the same server must not come back in step.
    await new Promise((wake) => setTimeout(wake, position.retryMs * (0.5 + Math.random())));
    position.retryMs = Math.min(position.retryMs * 2, LONGEST_RETRY_MS);
  }
}

async function once(token, on, health, position) {
  const given = new AbortController();
  const watch = setInterval(() => {
    if (Date.now() - health.lastByteAt > DEAD_AFTER_MS) given.abort();
  }, 1_000);
  try {
    health.lastByteAt = Date.now();
    const headers = { Accept: "text/event-stream" };
    if (position.last !== null) headers["Last-Event-ID"] = position.last;
    const answer = await call(token, "/v1/incidents/stream", { headers, signal: given.signal });
    Object.assign(health, { connected: true, met: true, lastByteAt: Date.now() });
    on.open();
    await drain(answer.body, on, health, position);
  } finally {
    clearInterval(watch);
  }
}

async function drain(body, on, health, position) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  const feed = eventCutter();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    health.lastByteAt = Date.now();
    position.retryMs = FIRST_RETRY_MS;
    for (const event of feed(value)) {
      if (event.id) position.last = event.id;
      if (event.type === "timeline") on.event(JSON.parse(event.data));
    }
  }
}
