// The drawn map: walking network, route, people, labels, scale bar. No tiles, no foreign host.

import { svg } from "/live/dom.js";
import { along, around, label } from "/live/labels.js";
import { BADGE, called, candidateMark, numbered, residentMark } from "/live/markers.js";
import { say, walking, word } from "/live/texts.js";
import { pair, roundLength, view } from "/live/view.js";

// Below this width only the resident and the one who goes are labelled; the table names the rest by
// the numbers at their markers.
const NARROW = 560;
// Labels beyond these would cover the map; the table has everybody.
const MOST_LABELS = 12;

const RADIUS = { resident: 27, accepted: 18, asked: 15, idle: 6 };

function network(segments, look) {
  const d = segments.map(([west, south, east, north]) => {
    const [x1, y1] = look.place([west, south]);
    const [x2, y2] = look.place([east, north]);
    return `M${x1.toFixed(1)} ${y1.toFixed(1)}L${x2.toFixed(1)} ${y2.toFixed(1)}`;
  });
  return svg("path", { class: "network", d: d.join("") });
}

// Before anybody accepts, the way is only a possibility and drawn as one.
function route(steps, look, sure) {
  if (steps.length < 2) return [];
  const d = `M${steps.map((step) => look.place(step).map((n) => n.toFixed(1)).join(" ")).join("L")}`;
  return [svg("path", { class: "route-edge", d }), svg("path", { class: sure ? "route" : "route route-possible", d })];
}

function persons(map, incident, look) {
  const people = [...numbered(map.candidates), ...map.candidates.filter((one) => !one.state)];
  const found = people.filter((one) => one.position).map((one) => ({
    point: look.place(pair(one.position)),
    radius: RADIUS[one.state === "accepted" ? "accepted" : one.state ? "asked" : "idle"],
    mark: candidateMark(one.state, one.number),
    number: one.number,
    lines: [called(one), `${walking(one.walking_ms)} · ${word("offer", one.state)}`],
    kind: one.state ?? "idle",
  }));
  // Drawn in this order, so the one who goes and the resident lie on top.
  const rank = ["idle", "expired", "withdrawn", "declined", "pending", "accepted"];
  found.sort((a, b) => rank.indexOf(a.kind) - rank.indexOf(b.kind));
  if (map.resident) {
    found.push({
      point: look.place(pair(map.resident)),
      radius: RADIUS.resident,
      mark: residentMark(),
      lines: [incident.resident_display, say("legend_resident")].filter(Boolean),
      kind: "resident",
    });
  }
  return spread(found);
}

// Several people in one house, or the one who has arrived, would cover each other. Positions are
// shown to the house, not to the metre, so markers may step aside; the resident's never does.
function spread(found) {
  for (let round = 0; round < 30; round += 1) {
    for (const one of found) {
      for (const other of found) {
        if (one === other || one.kind === "resident" || one.kind === "idle" || other.kind === "idle") continue;
        const [x, y] = [one.point[0] - other.point[0], one.point[1] - other.point[1]];
        const apart = Math.hypot(x, y);
        const missing = one.radius + other.radius + BADGE.r - apart;
        if (missing <= 0) continue;
        const share = other.kind === "resident" ? missing : missing / 2;
        const direction = apart > 0.5 ? [x / apart, y / apart] : [1, 0];
        one.point = [one.point[0] + direction[0] * share, one.point[1] + direction[1] * share];
      }
    }
  }
  return found;
}

// What no label may cover of a marker: its disc, and its number.
function room({ point, radius, number }) {
  const disc = around(point, radius);
  const badge = around([point[0] + BADGE.x, point[1] + BADGE.y], BADGE.r);
  return number ? [disc, { ...badge, owner: point }] : [disc];
}

function scaleBar(look) {
  const metres = roundLength(look.pixelsPerMetre, Math.min(look.width * 0.3, 220));
  const long = metres * look.pixelsPerMetre;
  const [right, bottom] = [look.width - 18, look.height - 18];
  const words = metres >= 1000 ? say("scale_km", { n: metres / 1000 }) : say("scale_m", { n: metres });
  const box = { x: right - long - 14, y: bottom - 40, width: long + 28, height: 54 };
  return { box, drawing: svg("g", { class: "scale" },
    svg("rect", { ...box, rx: 6 }),
    svg("path", { d: `M${right - long} ${bottom - 8}v8h${long}v-8` }),
    svg("text", { x: right - long / 2, y: bottom - 12, "text-anchor": "middle" }, words)) };
}

function draw(root, map, incident, width, height) {
  const look = view(map, width, height, width < NARROW ? 44 : 80);
  if (look === null) return root.replaceChildren();
  root.setAttribute("viewBox", `0 0 ${width} ${height}`);
  const scale = scaleBar(look);
  const found = persons(map, incident, look);
  const marks = found.map(({ point: [x, y], mark }) => {
    mark.setAttribute("transform", `translate(${x.toFixed(1)} ${y.toFixed(1)})`);
    return mark;
  });
  const layers = { leaders: svg("g"), labels: svg("g") };
  const sure = found.some((one) => one.kind === "accepted");
  root.replaceChildren(network(map.network, look), ...route(map.route, look, sure), layers.leaders,
    scale.drawing, ...marks, layers.labels);
  const way = along(map.route.map(look.place));
  const taken = [scale.box, ...way, ...found.flatMap(room)];
  const important = (one) => one.kind === "resident" || one.kind === "accepted";
  found.reverse().filter((one) => (width < NARROW ? important(one) : one.kind !== "idle"))
    .slice(0, MOST_LABELS).forEach((one) => label(layers, one, taken, look));
}

/** A map in an svg element that keeps filling its box. */
export function mapIn(root) {
  let shown = null;
  const redraw = () => {
    const { width, height } = root.getBoundingClientRect();
    if (width < 1 || height < 1) return;
    if (shown === null) return root.replaceChildren();
    draw(root, shown.map, shown.incident, Math.round(width), Math.round(height));
  };
  new ResizeObserver(redraw).observe(root);
  return {
    /** Draws the map of an incident, or nothing. */
    show(map, incident) {
      shown = map && { map, incident };
      redraw();
    },
  };
}
