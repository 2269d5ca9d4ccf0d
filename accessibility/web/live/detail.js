// The chosen incident in words: where it stands, who was asked, what happened.

import { length, timeOfDay } from "/live/clock.js";
import { el } from "/live/dom.js";
import { isOpen, severity, title } from "/live/list.js";
import { called, marker, numbered } from "/live/markers.js";
import { say, walking, word } from "/live/texts.js";

// People not asked that are shown; the API has more.
const MOST_NOT_ASKED = 6;

function fact(label, value) {
  return value ? el("div", {}, el("dt", {}, say(label)), el("dd", {}, value)) : null;
}

function facts(incident, candidates) {
  const open = isOpen(incident);
  const until = incident.closed_at ?? incident.opened_at;
  const took = length(Date.parse(until) - Date.parse(incident.opened_at));
  const responder = candidates.find((one) => one.responder_id === incident.responder_id);
  return el("dl", { class: "facts" },
    fact("status", word("status", incident.status)),
    fact("elapsed", !open && took),
    fact("deadline", incident.deadline_at && el("time", { "data-until": incident.deadline_at })),
    fact("next_owner", open && incident.next_owner && word("owner", incident.next_owner)),
    fact("responder", responder?.display),
    fact("outcome", incident.outcome && word("outcome", incident.outcome)));
}

function stages({ incident, offers }) {
  const asked = offers.map((offer) => offer.sent_at).sort()[0];
  const steps = [
    ["opened", incident.opened_at], ["asked", asked], ["accepted", incident.accepted_at],
    ["en_route", incident.en_route_at], ["arrived", incident.arrived_at], ["closed", incident.closed_at],
  ];
  // The last step reached decides: a step that was passed over is not waited for.
  const next = isOpen(incident) ? steps.findLastIndex(([, at]) => at) + 1 : steps.length;
  return el("ol", { class: "stages", "aria-label": say("stages") }, ...steps.map(([name, at], n) => {
    const state = at ? "done" : n === next ? "next" : n < next ? "skipped" : "open";
    return el("li", { class: state, "aria-current": state === "next" && "step" },
      el("span", {}, say(`stage_${name}`)),
      at ? el("time", { datetime: at }, timeOfDay(at)) : el("span", {}, say(`stage_${state}`)));
  }));
}

function asked(candidates) {
  const people = numbered(candidates);
  if (people.length === 0) return null;
  const rows = people.map((one) => el("tr", { class: `candidate-${one.state}` },
    el("th", { scope: "row" }, marker(one), called(one)),
    el("td", {}, walking(one.walking_ms)),
    el("td", {}, word("offer", one.state))));
  return el("section", {},
    el("h3", {}, say("candidates")),
    el("table", {},
      el("thead", { class: "unseen" }, el("tr", {},
        ...["candidate", "walking_time", "answer"].map((key) => el("th", { scope: "col" }, say(key))))),
      el("tbody", {}, ...rows)));
}

// Of the newest wave, the nearest who were not asked, with the reason in words.
function notAsked(waves) {
  const people = waves.at(-1)?.candidates.filter((one) => !one.asked).slice(0, MOST_NOT_ASKED) ?? [];
  if (people.length === 0) return null;
  const rows = people.map((one) => el("tr", {},
    el("th", { scope: "row" }, one.display_name),
    el("td", {}, walking(one.walking_ms)),
    el("td", {}, one.not_chosen)));
  return el("section", {},
    el("h3", {}, say("not_asked")),
    el("table", {},
      el("thead", { class: "unseen" }, el("tr", {},
        ...["candidate", "walking_time", "reason"].map((key) => el("th", { scope: "col" }, say(key))))),
      el("tbody", {}, ...rows)));
}

// Newest first: what has just happened must not lie below the edge of the panel.
function timeline(events) {
  return el("section", {},
    el("h3", {}, say("timeline")),
    el("ol", { class: "timeline", reversed: true }, ...[...events].reverse().map((event) => el("li", {},
      el("time", { datetime: event.at }, timeOfDay(event.at)), el("span", {}, event.text)))));
}

/** Shows an incident with its offers, timeline, candidates, and who near by was not asked. */
export function showDetail(panel, detail, candidates, waves) {
  const { incident } = detail;
  panel.replaceChildren(
    el("div", { class: "panel-head" }, el("h2", {}, title(incident)), severity(incident.severity)),
    stages(detail),
    facts(incident, candidates),
    timeline(detail.timeline),
    asked(candidates) ?? "",
    notAsked(waves) ?? "");
}
