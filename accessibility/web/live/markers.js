// Markers of people: the same drawing on the map, in the legend and in the table.
// Every state differs in shape, not in colour alone.

import { svg } from "/live/dom.js";

const HOUSE = "M0-17 18-1h-5v15H-13V-1h-5Z";
const DOOR = "M-4.5 14V5a4.5 4.5 0 0 1 9 0v9Z";
const CHECK = "M-7.5 0.5-2.5 5.5 7.5-5.5";
const STROKES = {
  pending: "M-6 0h0.01M0 0h0.01M6 0h0.01",
  accepted: CHECK,
  declined: "M-5-5 5 5M5-5-5 5",
  withdrawn: "M-6 0H6",
  expired: "M0-6V0L4 3",
};

/** The resident's marker around 0,0. */
export function residentMark() {
  return svg("g", { class: "mark mark-resident" },
    svg("circle", { class: "halo", r: 27 }),
    svg("path", { class: "house", d: HOUSE }),
    svg("path", { class: "door", d: DOOR }));
}

/** A candidate's marker around 0,0; a small dot for one who was not asked. */
export function candidateMark(state) {
  if (!state) return svg("g", { class: "mark mark-idle" }, svg("circle", { r: 5 }));
  return svg("g", { class: `mark mark-${state}` },
    svg("circle", { class: "disc", r: state === "accepted" ? 17 : 14 }),
    svg("path", { class: "sign", d: STROKES[state] ?? STROKES.pending }));
}

/** A marker as a picture in running text. */
export function picture(mark) {
  return svg("svg", { class: "picture", viewBox: "-30 -30 60 60", "aria-hidden": "true" }, mark);
}

/** The marker of a candidate in a table. */
export function marker(candidate) {
  return picture(candidateMark(candidate.state));
}
