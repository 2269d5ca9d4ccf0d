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

/** Where the number of a candidate's marker lies from its middle, and its radius. */
export const BADGE = { x: 17, y: -17, r: 13 };

/** Who was asked, nearest first: each has the number that stands at the marker and in the table. */
export function numbered(candidates) {
  return candidates.filter((one) => one.state)
    .sort((a, b) => (a.walking_ms ?? Infinity) - (b.walking_ms ?? Infinity))
    .map((one, n) => ({ ...one, number: n + 1 }));
}

/** Number and name, as the map and the table call somebody. */
export function called({ number, display }) {
  return [number, display].filter(Boolean).join(" ");
}

/** A candidate's marker around 0,0, with a number if there is one; a small dot for one not asked. */
export function candidateMark(state, number) {
  if (!state) return svg("g", { class: "mark mark-idle" }, svg("circle", { r: 5 }));
  const badge = number && svg("g", { class: "badge" },
    svg("circle", { cx: BADGE.x, cy: BADGE.y, r: BADGE.r }),
    svg("text", { x: BADGE.x, y: BADGE.y, dy: "0.36em", "text-anchor": "middle" }, number));
  return svg("g", { class: `mark mark-${state}` },
    svg("circle", { class: "disc", r: state === "accepted" ? 17 : 14 }),
    svg("path", { class: "sign", d: STROKES[state] ?? STROKES.pending }), badge);
}

/** A marker as a picture in running text. */
export function picture(mark) {
  return svg("svg", { class: "picture", viewBox: "-30 -30 60 60", "aria-hidden": "true" }, mark);
}

/** The marker of a candidate in a table. */
export function marker(candidate) {
  return picture(candidateMark(candidate.state));
}
