// Finding room for labels: no name ever hides a marker or another name. Where there is no room a
// label is left out, and the number at the marker says who it is.

import { svg } from "/live/dom.js";

const GAP = 8;
const PADDING_X = 9;
const PADDING_Y = 6;
const EDGE = 4;
// Size of the boxes that stand for a line.
const BEAD = 14;
// What a leader line through somebody else's marker or label costs, in square pixels per tenth.
const CROSSING = 400;
// What each pixel between a marker and its label costs, in square pixels.
const FAR = 6;
// Further rings, in pixels beyond the nearest places, and directions on each.
const RINGS = [0, 34, 80, 130, 190, 260];
const DIRECTIONS = 16;

function overlap(a, b) {
  const wide = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const tall = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  return wide > 0 && tall > 0 ? wide * tall : 0;
}

/** A square around a marker. */
export function around(point, radius) {
  const [x, y] = point;
  return { x: x - radius, y: y - radius, width: 2 * radius, height: 2 * radius, owner: point };
}

/** Small boxes along a line: labels keep off it, leaders may cross it. */
export function along(points) {
  const boxes = [];
  for (let n = 1; n < points.length; n += 1) {
    const [[x1, y1], [x2, y2]] = [points[n - 1], points[n]];
    const steps = Math.ceil(Math.hypot(x2 - x1, y2 - y1) / BEAD);
    for (let step = 0; step < steps; step += 1) {
      const at = [x1 + ((x2 - x1) * step) / steps, y1 + ((y2 - y1) * step) / steps];
      boxes.push({ ...around(at, BEAD / 2), line: true });
    }
  }
  return boxes;
}

function crossings(point, box, taken) {
  const [toX, toY] = [box.x + box.width / 2 - point[0], box.y + box.height / 2 - point[1]];
  let count = 0;
  for (let step = 1; step < 10; step += 1) {
    const [x, y] = [point[0] + (toX * step) / 10, point[1] + (toY * step) / 10];
    count += taken.filter((other) => other.owner !== point && !other.line && x > other.x && y > other.y
      && x < other.x + other.width && y < other.y + other.height).length;
  }
  return count * CROSSING;
}

// Boxes around a point, on rings that leave its marker free.
function places([x, y], radius, { width, height }, sheet) {
  const found = [];
  for (const ring of RINGS) {
    const near = radius + GAP + ring;
    for (let n = 0; n < DIRECTIONS; n += 1) {
      const [across, down] = [Math.cos((2 * Math.PI * n) / DIRECTIONS), Math.sin((2 * Math.PI * n) / DIRECTIONS)];
      // The box touches the ring with the side or corner that faces the point.
      found.push([x + across * (near + width / 2) - width / 2, y + down * (near + height / 2) - height / 2]);
    }
  }
  // Pushed back onto the sheet; a place that covers somebody there is no place.
  return found.map(([left, top]) => ({
    x: Math.max(Math.min(left, sheet.width - EDGE - width), EDGE),
    y: Math.max(Math.min(top, sheet.height - EDGE - height), EDGE),
    width,
    height,
  }));
}

// Of the places that hide nobody the one that is near and hides little of the way; null for none.
function choose(point, radius, size, taken, sheet) {
  let best = null;
  for (const box of places(point, radius, size, sheet)) {
    if (taken.some((other) => !other.line && overlap(box, other) > 0)) continue;
    const covered = taken.reduce((sum, other) => sum + overlap(box, other), 0);
    const apart = Math.hypot(box.x + box.width / 2 - point[0], box.y + box.height / 2 - point[1]);
    const cost = covered + crossings(point, box, taken) + apart * FAR;
    if (best === null || cost < best.cost) best = { box, cost };
  }
  return best?.box ?? null;
}

/** Draws a label of up to two lines beside a point and marks its room as taken, if there is any. */
export function label(layers, { point, radius, lines, kind }, taken, sheet) {
  const text = svg("text", {}, ...lines.map((line, n) =>
    svg("tspan", { x: 0, dy: n === 0 ? "0" : "1.3em", class: n === 0 ? "name" : "more" }, line)));
  const group = svg("g", { class: `label label-${kind}` }, text);
  layers.labels.append(group);
  const drawn = text.getBBox();
  const size = { width: drawn.width + 2 * PADDING_X, height: drawn.height + 2 * PADDING_Y };
  const box = choose(point, radius, size, taken, sheet);
  if (box === null) return group.remove();
  taken.push(box);
  const centre = [box.x + box.width / 2, box.y + box.height / 2];
  text.setAttribute("transform", `translate(${box.x + PADDING_X - drawn.x} ${box.y + PADDING_Y - drawn.y})`);
  group.prepend(svg("rect", { x: box.x, y: box.y, width: box.width, height: box.height, rx: 6 }));
  layers.leaders.append(svg("path", { class: "leader", d: `M${point}L${centre}` }));
}
