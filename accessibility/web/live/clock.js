// Time as the server has it: a wall display with a wrong clock must not miscount a deadline.

import { language, say } from "/live/texts.js";

// The district's wall clock, wherever the page is read.
const ZONE = "Asia/Shanghai";
// The Date header has whole seconds; smaller differences are noise.
const NOISE_MS = 2_000;

const wall = new Intl.DateTimeFormat(language, {
  timeZone: ZONE, hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23",
});

let offsetMs = 0;

/** Learns the server's clock from an answer. */
export function adjust(dateHeader) {
  const difference = Date.parse(dateHeader ?? "") - Date.now();
  if (Number.isNaN(difference)) return;
  offsetMs = Math.abs(difference) > NOISE_MS ? difference : 0;
}

/** Now, in milliseconds. */
export function now() {
  return Date.now() + offsetMs;
}

/** Time of day of an instant. */
export function timeOfDay(instant) {
  return wall.format(new Date(instant));
}

/** A length of time as 0:07, 12:05 or 1:02:03. */
export function length(ms) {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  if (parts[0] === 0) parts.shift();
  return parts.map((part, at) => (at === 0 ? String(part) : String(part).padStart(2, "0"))).join(":");
}

/** What is left until a deadline, or by how much it has passed. */
export function remaining(deadline) {
  const left = Date.parse(deadline) - now();
  const late = left < 0;
  // Rounded up, so that "0:00 left" never stands for a time that is still running.
  const time = late ? length(-left) : length(Math.ceil(left / 1000) * 1000);
  return { late, text: say(late ? "overdue" : "time_left", { time }) };
}

/** Brings every running time on the page up to date. */
export function tick(root = document) {
  for (const node of root.querySelectorAll("[data-since]")) {
    const time = length(now() - Date.parse(node.dataset.since));
    node.textContent = node.dataset.say ? say(node.dataset.say, { time }) : time;
  }
  for (const node of root.querySelectorAll("[data-until]")) {
    const { late, text } = remaining(node.dataset.until);
    node.textContent = text;
    node.classList.toggle("late", late);
  }
}
