// Finding room for labels, so that no name hides a marker or another name.

import { svg } from "/live/dom.js";

const GAP = 8;
const PADDING_X = 9;
const PADDING_Y = 6;
const EDGE = 4;
// Size of the boxes that stand for a line.
const BEAD = 14;
// What a leader line through somebody else's marker or label costs, in square pixels per tenth.
const CROSSING = 400;
// Less cover than this does not justify a place further away.
const WORTH = 40;

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

function places([x, y], radius, { width, height }, sheet) {
  const near = radius + GAP;
  const beside = y - height / 2;
  const found = [
    [x + near, beside], [x - near - width, beside],
    [x - width / 2, y - near - height], [x - width / 2, y + near],
  ];
  for (const far of [near, near + 34, near + 80]) {
    for (const [across, down] of [[1, -1], [1, 1], [-1, -1], [-1, 1]]) {
      const left = across > 0 ? x + far * 0.75 : x - far * 0.75 - width;
      const top = down > 0 ? y + far * 0.75 : y - far * 0.75 - height;
      found.push([left, top]);
    }
  }
  // Pushed back onto the sheet; what that covers is counted like any other cover.
  return found.map(([left, top]) => ({
    x: Math.max(Math.min(left, sheet.width - EDGE - width), EDGE),
    y: Math.max(Math.min(top, sheet.height - EDGE - height), EDGE),
    width,
    height,
  }));
}

// Earlier places are nearer; a later one must be clearly better.
function choose(point, radius, size, taken, sheet) {
  let best = null;
  for (const box of places(point, radius, size, sheet)) {
    const covered = taken.reduce((sum, other) => sum + overlap(box, other), 0);
    const cost = covered + crossings(point, box, taken);
    if (best === null || cost < best.cost - WORTH) best = { box, cost };
  }
  return best;
}

/**
 * Draws a label of up to two lines beside a point and marks its room as taken. One that is not needed
 * is left out where it would mostly cover others.
 */
export function label(layers, { point, radius, lines, kind, needed }, taken, sheet) {
  const text = svg("text", {}, ...lines.map((line, n) =>
    svg("tspan", { x: 0, dy: n === 0 ? "0" : "1.3em", class: n === 0 ? "name" : "more" }, line)));
  const group = svg("g", { class: `label label-${kind}` }, text);
  layers.labels.append(group);
  const drawn = text.getBBox();
  const size = { width: drawn.width + 2 * PADDING_X, height: drawn.height + 2 * PADDING_Y };
  const { box, cost } = choose(point, radius, size, taken, sheet);
  if (!needed && cost > (size.width * size.height) / 4) return group.remove();
  taken.push(box);
  const centre = [box.x + box.width / 2, box.y + box.height / 2];
  text.setAttribute("transform", `translate(${box.x + PADDING_X - drawn.x} ${box.y + PADDING_Y - drawn.y})`);
  group.prepend(svg("rect", { x: box.x, y: box.y, width: box.width, height: box.height, rx: 6 }));
  layers.leaders.append(svg("path", { class: "leader", d: `M${point}L${centre}` }));
}
