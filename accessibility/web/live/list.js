// The list of incidents. Rows are kept and filled again, so focus survives every update.

import { timeOfDay } from "/live/clock.js";
import { el, svg } from "/live/dom.js";
import { word } from "/live/texts.js";

const SHAPES = {
  1: "M12 1.5 23 21.5H1Z",
  2: "M12 1 23 12 12 23 1 12Z",
  3: "M3 3h18v18H3Z",
  4: "M12 2a10 10 0 1 1 0 20 10 10 0 0 1 0-20Z",
};

/** Severity as shape, word and colour. */
export function severity(level) {
  const shape = svg("svg", { class: "shape", viewBox: "0 0 24 24", "aria-hidden": "true" },
    svg("path", { d: SHAPES[level] ?? SHAPES[4] }));
  return el("span", { class: `severity severity-${level}` }, shape, word("severity", level));
}

/** Whether it needs somebody now. */
export function isOpen(incident) {
  return incident.status !== "closed" && incident.status !== "follow_up";
}

/** Open before closed, then the most urgent, then the newest. */
export function inOrder(incidents) {
  const newest = (a, b) => b.opened_at.localeCompare(a.opened_at);
  return [...incidents].sort((a, b) => {
    if (isOpen(a) !== isOpen(b)) return isOpen(a) ? -1 : 1;
    return (isOpen(a) ? a.severity - b.severity : 0) || newest(a, b);
  });
}

/** What it is about and whom it concerns. */
export function title(incident) {
  return [word("kind", incident.kind), incident.resident_display].filter(Boolean).join(" · ");
}

function since(incident) {
  if (!isOpen(incident)) return el("time", { datetime: incident.opened_at }, timeOfDay(incident.opened_at));
  return el("time", { "data-since": incident.opened_at, "data-say": "elapsed_since" });
}

function last(incident) {
  if (!isOpen(incident)) return el("span", {}, word("outcome", incident.outcome ?? "other"));
  return incident.deadline_at && el("time", { "data-until": incident.deadline_at });
}

function fill(button, incident, selected) {
  button.setAttribute("aria-current", String(selected));
  button.replaceChildren(
    el("span", { class: "row" },
      el("span", { class: "what" }, severity(incident.severity), title(incident)), since(incident)),
    el("span", { class: "row" }, el("span", {}, word("status", incident.status)), last(incident) ?? ""),
  );
}

/** Brings the list up to date. */
export function showList(list, incidents, selectedId, pick) {
  const rows = new Map([...list.children].map((row) => [row.dataset.id, row]));
  let before = null;
  for (const incident of inOrder(incidents)) {
    const row = rows.get(incident.id) ?? newRow(incident.id, pick);
    rows.delete(incident.id);
    row.className = isOpen(incident) ? "open" : "closed";
    const content = JSON.stringify([incident, incident.id === selectedId]);
    if (row.dataset.content !== content) {
      row.dataset.content = content;
      fill(row.firstElementChild, incident, incident.id === selectedId);
    }
    const place = before === null ? list.firstElementChild : before.nextElementSibling;
    // Moving a row takes the focus from it, so only rows that are out of place are moved.
    if (row !== place) list.insertBefore(row, place);
    before = row;
  }
  for (const gone of rows.values()) gone.remove();
  keepInView(list, selectedId);
}

// Scrolls the panel only, and only when another row was chosen or the row has moved.
function keepInView(list, selectedId) {
  const row = [...list.children].find((one) => one.dataset.id === selectedId);
  const place = row ? `${selectedId} ${row.offsetTop}` : "";
  if (list.dataset.place === place) return;
  list.dataset.place = place;
  const panel = list.parentElement;
  if (!row || panel.scrollHeight <= panel.clientHeight) return;
  const room = panel.clientHeight - row.offsetHeight;
  const above = row.offsetTop - list.offsetTop;
  panel.scrollTop = Math.min(Math.max(panel.scrollTop, row.offsetTop - room), above);
}

function newRow(id, pick) {
  const button = el("button", { type: "button" });
  button.addEventListener("click", () => pick(id));
  return el("li", { "data-id": id }, button);
}
