// The live page: reads incidents, follows the stream, keeps list, detail and map up to date.
// Start reading at `start`.

import { now, tick } from "/live/clock.js";
import { showDetail } from "/live/detail.js";
import { byId, el, svg } from "/live/dom.js";
import { inOrder, isOpen, showList } from "/live/list.js";
import { mapIn } from "/live/map.js";
import { candidateMark, picture, residentMark } from "/live/markers.js";
import { fillIn, say } from "/live/texts.js";
import { follow, read } from "/live/wire.js";

const KEY = "anlin-token";
const STALE_AFTER_MS = 20_000;
const DOWN_AFTER_MS = 5_000;
// Events of one decision come together; one reading answers them all.
const GATHER_MS = 150;
// Positions change without an event.
const MAP_EVERY_MS = 10_000;
const MOST_KEPT = 60;

const session = JSON.parse(byId("session").textContent);
const incidents = new Map();
const dirty = new Set();
const chosen = { id: null, byHand: false, detail: null, map: null, mapAt: 0 };
let token = null;
let sheet = null;
let health = null;
let flushing = null;

function start() {
  fillIn();
  legend();
  byId("credit").textContent = say(session.map_source === "generated" ? "map_invented" : "map_credit");
  const given = new URLSearchParams(location.hash.slice(1)).get("token");
  if (given) {
    sessionStorage.setItem(KEY, given);
    // A token must not stay in the address bar, in the history or on a screenshot.
    history.replaceState(null, "", location.pathname + location.search);
  }
  byId("token-form").addEventListener("submit", (submission) => {
    submission.preventDefault();
    sessionStorage.setItem(KEY, byId("token").value.trim());
    enter();
  });
  byId("follow").addEventListener("click", () => {
    chosen.byHand = false;
    chooseNewest();
    render();
  });
  enter();
  setInterval(everySecond, 1_000);
}

function legend() {
  const line = svg("svg", { class: "picture", viewBox: "-30 -30 60 60", "aria-hidden": "true" });
  const route = line.cloneNode();
  line.append(svg("path", { class: "network", d: "M-28 12-6-8 8 4 28-12" }));
  route.append(svg("path", { class: "route", d: "M-26 10-6-8 8 6 26-10" }));
  const entries = [
    [picture(residentMark()), "legend_resident"], [picture(candidateMark("pending")), "legend_candidate"],
    [picture(candidateMark("accepted")), "legend_chosen"], [picture(candidateMark("withdrawn")), "legend_released"],
    [route, "legend_route"], [line, "legend_network"],
  ];
  byId("legend").replaceChildren(...entries.map(([drawing, key]) => el("li", {}, drawing, say(key))));
}

function enter() {
  token = sessionStorage.getItem(KEY) ?? session.token ?? null;
  byId("token-form").hidden = token !== null;
  byId("board").hidden = token === null;
  byId("connection").hidden = token === null;
  if (token === null) return byId("token").focus();
  byId("token-error").textContent = "";
  sheet ??= mapIn(byId("map"));
  health = follow(token, { open: readAll, event: heard, refused });
}

function refused() {
  health = null;
  const hadOwn = sessionStorage.getItem(KEY) !== null;
  sessionStorage.removeItem(KEY);
  // A stale token of an earlier run must not hide the one that the page was given.
  if (hadOwn && session.token) return enter();
  byId("token-form").hidden = false;
  byId("board").hidden = true;
  byId("connection").hidden = true;
  byId("token-error").textContent = say("token_rejected");
  byId("token").focus();
}

/** Reads again after every connection: what happened in between is not lost. */
async function readAll() {
  try {
    // The open ones apart, so that many closed ones cannot push one out of the page.
    const pages = await Promise.all(["open", "all"].map((state) =>
      read(token, `/v1/incidents?state=${state}&limit=20`)));
    for (const incident of pages.flatMap((page) => page.items)) incidents.set(incident.id, incident);
    byId("waiting").textContent = say("waiting");
  } catch {
    byId("waiting").textContent = say("failed");
  }
  chooseNewest();
  if (chosen.id !== null) dirty.add(chosen.id);
  render();
  await flush();
}

function heard(event) {
  dirty.add(event.incident_id);
  if (event.incident_id === chosen.id || event.kind === "incident_opened") announce(event.text);
  flushing ??= setTimeout(flush, GATHER_MS);
}

function announce(text) {
  byId("announcement").textContent = text;
}

async function flush() {
  const ids = [...dirty];
  dirty.clear();
  await Promise.allSettled(ids.map(readOne));
  chooseNewest();
  // The choice may have moved to an incident whose detail is not read yet.
  if (chosen.id !== null && chosen.detail === null) await readOne(chosen.id).catch(() => {});
  flushing = dirty.size > 0 ? setTimeout(flush, GATHER_MS) : null;
  render();
}

async function readOne(id) {
  const detail = await read(token, `/v1/incidents/${id}`);
  const known = incidents.get(id);
  // Answers may overtake each other; an older version never replaces a newer one.
  if (known && known.version > detail.incident.version) return;
  incidents.set(id, detail.incident);
  if (id !== chosen.id) return;
  chosen.detail = detail;
  await readMap(id);
}

async function readMap(id) {
  chosen.mapAt = now();
  const map = await read(token, `/v1/incidents/${id}/map`).catch(() => null);
  if (id === chosen.id && map) chosen.map = map;
}

function chooseNewest() {
  const all = inOrder(incidents.values());
  for (const old of all.slice(MOST_KEPT)) if (old.id !== chosen.id) incidents.delete(old.id);
  if (chosen.byHand && incidents.has(chosen.id)) return;
  const newest = (some) => some.reduce((a, b) => (a && a.opened_at >= b.opened_at ? a : b), null);
  // Without an open one the last shown stays, so that its end can be read.
  const next = newest(all.filter(isOpen)) ?? incidents.get(chosen.id) ?? newest(all);
  if (next) choose(next.id);
}

function choose(id) {
  if (id !== chosen.id) Object.assign(chosen, { id, detail: null, map: null });
}

async function pick(id) {
  chosen.byHand = true;
  choose(id);
  dirty.add(id);
  render();
  await flush();
}

function render() {
  byId("waiting").hidden = incidents.size > 0;
  byId("follow").hidden = !chosen.byHand;
  showList(byId("incident-list"), incidents.values(), chosen.id, pick);
  const incident = incidents.get(chosen.id);
  byId("detail").hidden = !incident;
  const candidates = chosen.map?.candidates ?? [];
  if (chosen.detail) showDetail(byId("detail"), chosen.detail, candidates);
  else byId("detail").replaceChildren(incident ? say("loading") : "");
  sheet.show(chosen.map, incident);
  byId("synthetic").hidden = !incident?.synthetic;
  byId("map-note").hidden = !chosen.map || Boolean(chosen.map.resident);
  byId("map-note").textContent = say("map_no_position");
  tick();
}

function everySecond() {
  tick();
  if (health === null) return;
  const down = health.connected ? 0 : Date.now() - health.downSince;
  const silent = Date.now() - health.lastByteAt;
  const state = health.connected ? "up" : down > DOWN_AFTER_MS ? "down" : "waiting";
  // Only changes are written: a status line that is written every second is read every second.
  if (byId("connection").dataset.state !== state) {
    byId("connection").dataset.state = state;
    byId("connection-word").textContent = say({ up: "connected", down: "reconnecting", waiting: "loading" }[state]);
  }
  const stale = silent > STALE_AFTER_MS || down > DOWN_AFTER_MS;
  const seconds = Math.floor(Math.max(silent, down) / 5_000) * 5;
  const text = stale ? say("stale", { seconds }) : "";
  if (byId("stale").textContent !== text) byId("stale").textContent = text;
  const moving = incidents.get(chosen.id);
  if (moving && isOpen(moving) && now() - chosen.mapAt > MAP_EVERY_MS) readMap(chosen.id).then(render);
}

start();
