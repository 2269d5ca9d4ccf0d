"""A walking network and what is how far on it: plain Dijkstra, in floating point."""
import heapq
import math
from collections import defaultdict

from .pbf import read_pbf

RADIUS_M = 6371008.8
KNOWN_M = 500


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

    def known(self, point):
        """The snap of a point, None where nothing is known."""
        snap = self.snap(point)
        return snap if snap and snap[0] <= KNOWN_M else None

    def nearest_of(self, snaps):
        """Metres to every node from the nearest of several snapped points, and which it is."""
        best, heap = {}, []
        for number, (leg, (_, _, a, b), share) in enumerate(snaps):
            length = haversine(self.at[a], self.at[b])
            heap.append((leg + share * length, number, a))
            heap.append((leg + (1 - share) * length, number, b))
        heapq.heapify(heap)
        while heap:
            metres, number, node = heapq.heappop(heap)
            if node in best:
                continue
            best[node] = metres, number
            for head, more in self.arcs[node]:
                if head not in best:
                    heapq.heappush(heap, (metres + more, number, head))
        return best
