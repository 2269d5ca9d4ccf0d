// The live page: asks for a token, follows the stream, shows list, detail and map.
// Start reading at `start`.

import { tick } from "/live/clock.js";
import { showDetail } from "/live/detail.js";
import { byId, el, svg } from "/live/dom.js";
import { Incidents } from "/live/incidents.js";
import { showList } from "/live/list.js";
import { mapIn } from "/live/map.js";
import { candidateMark, picture, residentMark } from "/live/markers.js";
import { fillIn, say } from "/live/texts.js";
import { follow } from "/live/wire.js";

const KEY = "anlin-token";
const STALE_AFTER_MS = 20_000;
const DOWN_AFTER_MS = 5_000;

const session = JSON.parse(byId("session").textContent);
const sheet = mapIn(byId("map"));
let incidents = null;
let health = null;

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
    // The button is about to vanish; the focus goes on to the list it stood over.
    byId("incidents").focus();
    incidents.followNewest();
  });
  enter();
  setInterval(everySecond, 1_000);
}

function legend() {
  const line = (kind, d) => picture(svg("path", { class: kind, d }));
  const entries = [
    [picture(residentMark()), "legend_resident"],
    [picture(candidateMark("pending")), "legend_candidate"],
    [picture(candidateMark("accepted")), "legend_chosen"],
    [picture(candidateMark("withdrawn")), "legend_released"],
    [line("route", "M-26 10-6-8 8 6 26-10"), "legend_route"],
    [line("route route-possible", "M-26 10-6-8 8 6 26-10"), "legend_possible"],
    [line("network", "M-28 12-6-8 8 4 28-12"), "legend_network"],
  ];
  byId("legend").replaceChildren(...entries.map(([drawing, key]) => el("li", {}, drawing, say(key))));
}

function showForm(shown) {
  byId("token-form").hidden = !shown;
  byId("board").hidden = shown;
  byId("connection").hidden = shown;
  if (shown) byId("token").focus();
}

function enter() {
  const token = sessionStorage.getItem(KEY) ?? session.token;
  showForm(!token);
  if (!token) return;
  byId("token-error").textContent = "";
  incidents = new Incidents(token, render);
  health = follow(token, { open, event: heard, refused });
}

function open() {
  everySecond();
  incidents.readAll();
}

function refused() {
  health = null;
  byId("stale").textContent = "";
  const ownToken = sessionStorage.getItem(KEY);
  sessionStorage.removeItem(KEY);
  // A token left from an earlier run must not hide the one that the page was given.
  if (ownToken && session.token && ownToken !== session.token) return enter();
  byId("token-error").textContent = say("token_rejected");
  showForm(true);
}

function heard(event) {
  incidents.heard(event.incident_id);
  const told = event.incident_id === incidents.chosen.id || event.kind === "incident_opened";
  if (told) byId("announcement").textContent = event.text;
}

function render() {
  const { known, chosen, current, failed } = incidents;
  byId("waiting").hidden = known.size > 0;
  byId("waiting").textContent = say(failed ? "failed" : "waiting");
  byId("follow").hidden = !chosen.byHand;
  showList(byId("incident-list"), known.values(), chosen.id, (id) => incidents.pick(id));
  byId("detail").hidden = !current;
  if (chosen.detail) {
    showDetail(byId("detail"), chosen.detail, chosen.map?.candidates ?? [], chosen.waves);
  } else byId("detail").replaceChildren(current ? say("loading") : "");
  sheet.show(chosen.map, current);
  byId("synthetic").hidden = !current?.synthetic;
  const note = known.size === 0 ? "waiting" : chosen.map && !chosen.map.resident ? "map_no_position" : null;
  byId("map-note").hidden = note === null;
  byId("map-note").textContent = note === null ? "" : say(note);
  tick();
}

function everySecond() {
  tick();
  if (health === null) return;
  const down = health.connected ? 0 : Date.now() - health.downSince;
  const silent = Date.now() - health.lastByteAt;
  const state = health.connected ? "up" : health.met || down > DOWN_AFTER_MS ? "down" : "waiting";
  // Only changes are written: a status line that is written every second is read out every second.
  if (byId("connection").dataset.state !== state) {
    byId("connection").dataset.state = state;
    byId("connection-word").textContent =
      say({ up: "connected", down: "reconnecting", waiting: "loading" }[state]);
  }
  const stale = silent > STALE_AFTER_MS || down > DOWN_AFTER_MS;
  const seconds = Math.floor(Math.max(silent, down) / 5_000) * 5;
  const text = stale ? say("stale", { seconds }) : "";
  if (byId("stale").textContent !== text) byId("stale").textContent = text;
  incidents.refreshMap();
}

start();
