#!/usr/bin/env python3
"""An independent program for `anlin reach` and `anlin nearest`: plain Python, own PBF reader, own Dijkstra.

    reach_oracle.py ANLIN FILE.osm.pbf [--points 200] [--minutes 15] [--speed 1.0] [--seed 1]

Asks the binary ANLIN and itself the same questions at random points of the extract and compares
every time: equal is within 0.1 s, and a node within 0.1 s of the limit may be in or out. Prints
the largest difference. Exit code 0 when all agree, 1 when not.

It shares no code and no data structure with the program under test. The rules it follows:
- walkable ways by class, foot, access and area; all components; both directions;
- coordinates at 1e-7 degrees, haversine on a sphere of 6 371 008.8 m, in floating point;
- a query meets the nearest point of any edge of a component of 20 nodes or more, in the local
  plane; ties by lower way id, then segment; over 500 m is unknown; the leg is walked;
- reached when t <= 60 * minutes.
"""
import argparse
import csv
import heapq
import json
import math
import random
import struct
import subprocess
import sys
import tempfile
import zlib
from collections import defaultdict
from pathlib import Path

RADIUS_M = 6371008.8
CLOSE_MS = 100.0
WALKED = set(
    "service residential primary footway tertiary unclassified path secondary living_street "
    "cycleway tertiary_link pedestrian steps secondary_link track primary_link trunk trunk_link "
    "road bridleway corridor".split()
)


def varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 127) << shift
        if byte < 128:
            return value, at
        shift += 7


def signed(value):
    return (value >> 1) ^ -(value & 1)


def fields(data):
    """The fields of a protocol buffer message as (number, value)."""
    at = 0
    while at < len(data):
        key, at = varint(data, at)
        kind = key & 7
        if kind == 0:
            value, at = varint(data, at)
        elif kind == 2:
            size, at = varint(data, at)
            value, at = data[at : at + size], at + size
        elif kind == 1:
            value, at = data[at : at + 8], at + 8
        elif kind == 5:
            value, at = data[at : at + 4], at + 4
        else:
            raise ValueError(f"wire type {kind}")
        yield key >> 3, value


def packed(data):
    at, values = 0, []
    while at < len(data):
        value, at = varint(data, at)
        values.append(value)
    return values


def deltas(data):
    total, values = 0, []
    for value in packed(data):
        total += signed(value)
        values.append(total)
    return values


def blocks(path):
    """Uncompressed OSMData blocks of a PBF file."""
    data = path.read_bytes()
    at = 0
    while at < len(data):
        (size,) = struct.unpack(">I", data[at : at + 4])
        head = dict(fields(data[at + 4 : at + 4 + size]))
        at += 4 + size
        blob = dict(fields(data[at : at + head[3]]))
        at += head[3]
        if head[1] == b"OSMData":
            yield blob[1] if 1 in blob else zlib.decompress(blob[3])


def read_pbf(path):
    """Positions by node id in 1e-7 degrees (lon, lat), and walkable ways as (id, refs)."""
    places, ways = {}, []
    for block in blocks(path):
        strings, groups = [], []
        scale, lat_0, lon_0 = 100, 0, 0
        for number, value in fields(block):
            if number == 1:
                strings = [text.decode("utf-8", "replace") for _, text in fields(value)]
            elif number == 2:
                groups.append(value)
            elif number == 17:
                scale = value
            elif number == 19:
                lat_0 = value
            elif number == 20:
                lon_0 = value

        def place(lon, lat):
            return tuple(int(v / 100) for v in (lon_0 + scale * lon, lat_0 + scale * lat))

        for group in groups:
            for number, value in fields(group):
                if number == 1:
                    node = dict(fields(value))
                    places[signed(node[1])] = place(signed(node[9]), signed(node[8]))
                elif number == 2:
                    dense = dict(fields(value))
                    for ident, lat, lon in zip(*(deltas(dense[n]) for n in (1, 8, 9))):
                        places[ident] = place(lon, lat)
                elif number == 3:
                    way = dict(fields(value))
                    keys, values = packed(way.get(2, b"")), packed(way.get(3, b""))
                    tags = {}
                    for key, tag in zip(keys, values):
                        tags.setdefault(strings[key], strings[tag])
                    if walkable(tags):
                        ways.append((way[1], deltas(way.get(8, b""))))
    return places, ways


def walkable(tags):
    if tags.get("highway") not in WALKED:
        return False
    foot = tags.get("foot")
    if foot == "no" or tags.get("area") == "yes":
        return False
    closed = tags.get("access") in ("no", "private")
    return not closed or foot in ("yes", "designated", "permissive")


def haversine(a, b):
    (lon_a, lat_a), (lon_b, lat_b) = (tuple(map(math.radians, p)) for p in (a, b))
    h = (
        math.sin((lat_b - lat_a) / 2) ** 2
        + math.cos(lat_a) * math.cos(lat_b) * math.sin((lon_b - lon_a) / 2) ** 2
    )
    return 2 * RADIUS_M * math.asin(math.sqrt(min(1.0, h)))


class Streets:
    CELL = 0.005  # degrees

    def __init__(self, path):
        raw, ways = read_pbf(path)
        self.at, self.edges, self.arcs = {}, [], defaultdict(list)
        for way, refs in ways:
            for segment, (a, b) in enumerate(zip(refs, refs[1:])):
                if a != b and a in raw and b in raw:
                    for node in (a, b):
                        self.at[node] = (raw[node][0] / 1e7, raw[node][1] / 1e7)
                    self.edges.append((way, segment, a, b))
        for _, _, a, b in self.edges:
            metres = haversine(self.at[a], self.at[b])
            self.arcs[a].append((b, metres))
            self.arcs[b].append((a, metres))
        self.size = self.component_sizes()
        self.cells = defaultdict(list)
        for edge in self.edges:
            ends = [self.at[edge[2]], self.at[edge[3]]]
            if self.size[edge[2]] >= 20:
                xs, ys = ([int(p[i] // self.CELL) for p in ends] for i in (0, 1))
                for x in range(min(xs), max(xs) + 1):
                    for y in range(min(ys), max(ys) + 1):
                        self.cells[x, y].append(edge)

    def component_sizes(self):
        size = {}
        for start in self.at:
            if start in size:
                continue
            seen, open_ = {start}, [start]
            while open_:
                for head, _ in self.arcs[open_.pop()]:
                    if head not in seen:
                        seen.add(head)
                        open_.append(head)
            for node in seen:
                size[node] = len(seen)
        return size

    def snap(self, point):
        """(metres, edge, share of it) of the nearest point; None beyond about a kilometre."""
        squeeze = math.cos(math.radians(point[1]))
        x, y = (int(v // self.CELL) for v in point)
        best = None
        # Wide enough for 500 m up to 80 degrees north.
        wide = 1 + math.ceil(0.01 / self.CELL / max(squeeze, 0.17))
        for cx in range(x - wide, x + wide + 1):
            for cy in range(y - 3, y + 4):
                for edge in self.cells.get((cx, cy), ()):
                    found = self.foot(point, squeeze, edge)
                    if best is None or found[:3] < best[:3]:
                        best = found
        if best is None:
            return None
        _, way, segment, share, edge = best
        a, b = self.at[edge[2]], self.at[edge[3]]
        met = tuple(p + share * (q - p) for p, q in zip(a, b)) if share < 1 else b
        return haversine(point, met), edge, share

    def foot(self, point, squeeze, edge):
        way, segment, a, b = edge
        (ax, ay), (bx, by) = (
            ((p[0] - point[0]) * squeeze, p[1] - point[1]) for p in (self.at[a], self.at[b])
        )
        dx, dy = bx - ax, by - ay
        length = dx * dx + dy * dy
        share = -(ax * dx + ay * dy) / length if length > 0 else 0.0
        if share <= 0:
            return ax * ax + ay * ay, way, segment, 0.0, edge
        if share >= 1:
            return bx * bx + by * by, way, segment, 1.0, edge
        px, py = ax + share * dx, ay + share * dy
        return px * px + py * py, way, segment, share, edge

    def metres_from(self, snap):
        """Metres to every node from a snapped point, leg included."""
        leg, (_, _, a, b), share = snap
        length = haversine(self.at[a], self.at[b])
        best, heap = {}, [(leg + share * length, a), (leg + (1 - share) * length, b)]
        heapq.heapify(heap)
        while heap:
            metres, node = heapq.heappop(heap)
            if node in best:
                continue
            best[node] = metres
            for head, more in self.arcs[node]:
                if head not in best:
                    heapq.heappush(heap, (metres + more, head))
        return best

    def metres_to(self, metres, start, goal):
        """Metres from one snapped point to another, by the metres to every node."""
        leg, edge, share = goal
        _, _, a, b = edge
        length = haversine(self.at[a], self.at[b])
        ways = [
            metres.get(a, math.inf) + share * length + leg,
            metres.get(b, math.inf) + (1 - share) * length + leg,
        ]
        if start[1] is edge:
            ways.append(start[0] + abs(start[2] - share) * length + leg)
        return min(ways)


def ask(binary, command, network, point, *more):
    place = f"{point[0]!r},{point[1]!r}"
    call = [binary, command, "--network", network, "--from", place, "--json", *map(str, more)]
    done = subprocess.run(call, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(call)}: {done.stderr}")
    return json.loads(done.stdout)


class Tally:
    def __init__(self):
        self.worst, self.compared, self.wrong = 0.0, 0, []

    def time(self, what, expected, found):
        self.compared += 1
        self.worst = max(self.worst, abs(expected - found))
        if abs(expected - found) > CLOSE_MS:
            self.wrong.append(f"{what}: {found} ms, expected {expected:.1f} ms")

    def say(self, what, *told):
        self.wrong.append(" ".join(map(str, (what, *told))))


def check_reach(streets, answer, point, options, tally):
    snap = streets.snap(point)
    nodes = {node["osm_id"]: node["ms"] for node in answer["nodes"]}
    if snap is None or snap[0] > 500:
        if nodes:
            tally.say("reached from nowhere", point)
        return None
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


def check_nearest(streets, answer, start, metres, places, options, tally):
    status, times = {}, {}
    for ident, point, eligible in places:
        if not eligible:
            continue
        snap = streets.snap(point)
        if snap is None or snap[0] > 500:
            status[ident] = "unknown"
            continue
        ms = streets.metres_to(metres, start, snap) / options.speed * 1000
        status[ident] = "ok" if math.isfinite(ms) else "unreachable"
        times[ident] = ms
    order = sorted(ms for ident, ms in times.items() if status[ident] == "ok")
    rows = answer["results"]
    if len(rows) != min(options.k, len(status)):
        tally.say("rows", len(rows))
    for place, row in enumerate(rows):
        if status.get(row["id"]) != row["status"]:
            tally.say("status", row, status.get(row["id"]))
        elif row["status"] == "ok":
            tally.time(row, times[row["id"]], row["ms"])
            tally.time(f"rank {place}", order[place], row["ms"])
            tally.time("metres", row["metres"] / options.speed * 1000, row["ms"])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("anlin")
    parser.add_argument("extract", type=Path)
    parser.add_argument("--points", type=int, default=200)
    parser.add_argument("--minutes", type=float, default=15)
    parser.add_argument("--speed", type=float, default=1.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--k", type=int, default=8)
    options = parser.parse_args()
    streets = Streets(options.extract)
    dice = random.Random(options.seed)
    west, east = (f(p[0] for p in streets.at.values()) for f in (min, max))
    south, north = (f(p[1] for p in streets.at.values()) for f in (min, max))

    def somewhere():
        point = west + dice.random() * (east - west), south + dice.random() * (north - south)
        return tuple(round(value, 7) for value in point)

    tally, known = Tally(), 0
    with tempfile.TemporaryDirectory() as folder:
        network = f"{folder}/streets.net"
        call = [options.anlin, "import-osm", options.extract, "--network", network]
        subprocess.run(call, check=True, capture_output=True)
        places = [(f"p{i}", somewhere(), dice.random() < 0.7) for i in range(150)]
        with open(f"{folder}/places.csv", "w", newline="") as file:
            rows = csv.writer(file)
            rows.writerow(["id", "lon", "lat", "eligible"])
            rows.writerows((i, *map(repr, at), int(e)) for i, at, e in places)
        for _ in range(options.points):
            point = somewhere()
            more = ["--minutes", options.minutes, "--speed", options.speed]
            answer = ask(options.anlin, "reach", network, point, *more)
            found = check_reach(streets, answer, point, options, tally)
            more = ["--among", f"{folder}/places.csv", "--k", options.k, "--speed", options.speed]
            answer = ask(options.anlin, "nearest", network, point, *more)
            if found is None:
                if any(row["status"] != "unknown" for row in answer["results"]):
                    tally.say("nearest from nowhere", point)
                continue
            known += 1
            check_nearest(streets, answer, *found, places, options, tally)
    for line in tally.wrong[:20]:
        print("WRONG", line)
    print(
        f"{options.extract.name}: {options.points} points ({known} known), {tally.compared} times, "
        f"largest difference {tally.worst / 1000:.6f} s, {len(tally.wrong)} wrong"
    )
    sys.exit(1 if tally.wrong or not known else 0)


if __name__ == "__main__":
    main()
