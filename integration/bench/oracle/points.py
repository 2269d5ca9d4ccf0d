"""Questions that start at one point: reach, nearest, isochrone."""
import json
import math
from collections import defaultdict

from .streets import haversine
from .tally import CLOSE_MS

# An area may lie so far beside a reached street, and a reached node so far outside of it.
BESIDE_M = 70
OUTSIDE_M = 30
BEYOND_MS = 120_000


def reach(streets, binary, point, options, tally):
    """Asks and compares; the snap and metres to every node, None where nothing is known."""
    answer = binary.ask("reach", *binary.at(point), "--minutes", options.minutes,
                        "--speed", options.speed)
    tally.questions += 1
    snap = streets.known(point)
    nodes = {node["osm_id"]: node["ms"] for node in answer["nodes"]}
    if snap is None:
        if nodes or answer["origin"]["status"] != "unknown":
            tally.say("reached from nowhere", point)
        return None
    tally.known += 1
    if abs(answer["origin"]["snap_m"] - snap[0]) > 0.001:
        tally.say("snap", answer["origin"], snap[0])
    limit = options.minutes * 60000
    metres = streets.metres_from(snap)
    expected = {node: m / options.speed * 1000 for node, m in metres.items()}
    for node, ms in expected.items():
        if node in nodes:
            tally.time(node, ms, nodes[node])
        elif ms < limit - CLOSE_MS:
            tally.say("not reached", point, node, ms)
    for node in nodes:
        if expected.get(node, math.inf) > limit + CLOSE_MS:
            tally.say("reached", point, node, expected.get(node))
    return snap, metres


def nearest(streets, binary, point, start, places, asked, tally):
    """The k nearest of a list: `asked` is its file and k; times, order and statuses."""
    speed, (file, k) = 1.2, asked
    answer = binary.ask("nearest", *binary.at(point), "--among", file, "--k", k, "--speed", speed)
    tally.questions += 1
    status, times = {}, {}
    for ident, snap, eligible in places:
        if not eligible:
            continue
        if start is None or snap is None:
            status[ident] = "unknown"
            continue
        times[ident] = streets.metres_to(start[1], start[0], snap) / speed * 1000
        status[ident] = "ok" if math.isfinite(times[ident]) else "unreachable"
    order = sorted(ms for ident, ms in times.items() if status[ident] == "ok")
    rank = ["ok", "unreachable", "unknown"]
    statuses = sorted(status.values(), key=rank.index)[:k]
    tally.equal(f"statuses at {point}", statuses, [row["status"] for row in answer["results"]])
    tally.equal("once each", len(answer["results"]), len({row["id"] for row in answer["results"]}))
    for place, row in enumerate(answer["results"]):
        tally.equal(row["id"], status.get(row["id"]), row["status"])
        if row["status"] == "ok" and status.get(row["id"]) == "ok":
            tally.time(row, times[row["id"]], row["ms"])
            tally.time(f"rank {place}", order[place], row["ms"])
            tally.time("metres", row["metres"] / speed * 1000, row["ms"])


class Area:
    """Rings of a GeoJSON geometry, found by bands of latitude."""

    BAND = 0.0005

    def __init__(self, geometry):
        self.bands = defaultdict(list)
        for polygon in geometry["coordinates"] if geometry else []:
            for ring in polygon:
                for a, b in zip(ring, ring[1:]):
                    low, high = sorted((a[1], b[1]))
                    for band in range(int(low // self.BAND), int(high // self.BAND) + 1):
                        self.bands[band].append((a, b))

    def contains(self, point):
        x, y = point
        inside = False
        for a, b in self.bands.get(int(y // self.BAND), ()):
            if (a[1] > y) != (b[1] > y):
                if x < a[0] + (y - a[1]) / (b[1] - a[1]) * (b[0] - a[0]):
                    inside = not inside
        return inside

    def metres_off(self, point):
        """Metres to the outline, looked for a few bands around."""
        band = int(point[1] // self.BAND)
        sides = (side for near in range(band - 2, band + 3) for side in self.bands.get(near, ()))
        return min((metres_beside(point, a, b) for a, b in sides), default=math.inf)


def metres_beside(point, a, b):
    """Metres from a point to a straight line between two others, in the plane around it."""
    degree, squeeze = math.radians(6371008.8), math.cos(math.radians(point[1]))
    (ax, ay), (bx, by) = (
        ((p[0] - point[0]) * squeeze * degree, (p[1] - point[1]) * degree) for p in (a, b)
    )
    dx, dy = bx - ax, by - ay
    length = dx * dx + dy * dy
    share = min(1.0, max(0.0, -(ax * dx + ay * dy) / length)) if length else 0.0
    return math.hypot(ax + share * dx, ay + share * dy)


def isochrone(streets, binary, point, start, options, tally):
    """Every reached node lies in its area or beside it; what is far beyond the limit does not."""
    text = binary.run("isochrone", *binary.at(point), "--minutes", "5,10,15", "--speed",
                      options.speed, "--geojson")
    tally.questions += 1
    features = json.loads(text)["features"]
    minutes = [feature["properties"]["minutes"] for feature in features]
    tally.equal("limits, the largest first", [15, 10, 5], minutes)
    for feature in features:
        told, area = feature["properties"], Area(feature["geometry"])
        if start is None:
            tally.equal("nowhere", ("unknown", 0, None),
                        (told["status"], told["nodes"], feature["geometry"]))
            continue
        limit = told["minutes"] * 60000
        times = {node: m / options.speed * 1000 for node, m in start[1].items()}
        surely = sum(ms <= limit - CLOSE_MS for ms in times.values())
        perhaps = sum(ms <= limit + CLOSE_MS for ms in times.values())
        tally.equal("nodes", True, surely <= told["nodes"] <= perhaps)
        for node, at in streets.at.items():
            ms = times.get(node, math.inf)
            if limit < ms <= limit + BEYOND_MS:
                continue
            tally.compared += 1
            inside = area.contains(at)
            if ms <= limit - CLOSE_MS and not inside and area.metres_off(at) > OUTSIDE_M:
                tally.say("outside", point, told["minutes"], node, ms)
            if ms > limit and inside:
                tally.beside += 1
                if metres_to_reached(streets, at, times, limit, options.speed) > BESIDE_M:
                    tally.say("inside", point, told["minutes"], node, ms)


def metres_to_reached(streets, at, times, limit, speed):
    """Metres as the crow flies to the nearest street, or part of one, within the limit."""
    x, y = (int(v // streets.CELL) for v in at)
    wide = 1 + math.ceil(0.001 / streets.CELL / max(math.cos(math.radians(at[1])), 0.17))
    least = math.inf
    for cx in range(x - wide, x + wide + 1):
        for cy in range(y - 1, y + 2):
            for _, _, a, b in streets.cells.get((cx, cy), ()):
                p, q = streets.at[a], streets.at[b]
                length = haversine(p, q)
                for from_, to, end in ((p, q, a), (q, p, b)):
                    left_m = (limit - times.get(end, math.inf)) / 1000 * speed
                    if left_m >= 0:
                        part = min(1.0, left_m / length) if length else 1.0
                        until = tuple(u + part * (v - u) for u, v in zip(from_, to))
                        least = min(least, metres_beside(at, from_, until))
    return least
