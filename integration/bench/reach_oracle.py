#!/usr/bin/env python3
"""An independent program for the commands that ask a network file.

    reach_oracle.py ANLIN [FILE.osm.pbf ...] [--points 200] [--seed 1]

Asks the binary ANLIN and itself the same questions about each extract and compares every answer:
reach and nearest from random points, isochrones from some of them, coverage, a matrix, and
assignments. Without a FILE it takes the three cities of the test data (ANLIN_TEST_DATA). Prints a
row of the scorecard for each question, and keeps it in ANLIN_SCORECARD_ROWS. Exit code 0 when all
agree, 1 when not.

It shares no code and no data structure with the program under test; nothing but Python's own
library. The rules it follows:
- walkable ways by class, foot, access and area; all components; both directions;
- coordinates at 1e-7 degrees, haversine on a sphere of 6 371 008.8 m, in floating point;
- a query meets the nearest point of any edge of a component of 20 nodes or more, in the local
  plane; ties by lower way id, then segment; over 500 m is unknown; the leg is walked;
- reached when t <= 60 * minutes; equal is within 0.1 s, and what is within 0.1 s of a limit may
  be in or out;
- every reached node lies in the area of its limit or within 30 m of it; what is two minutes beyond
  the limit does not, unless it lies within 70 m of a reached street, as beside a wall or a canal.
"""
import argparse
import os
import random
import subprocess
import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True

from oracle import lists, points
from oracle.streets import Streets
from oracle.tally import Binary, Tally, write_row

CITIES = ["baoshan-dachang-shu.osm.pbf", "oslo-east.osm.pbf", "shanghai-centre-drive.osm.pbf"]
TARGETS = {
    "reach": "every time within 0.1 s",
    "nearest": "every time within 0.1 s, every status",
    "isochrone": "every reached node within 30 m, nothing else but within 70 m of a reached street",
    "coverage": "every time within 0.1 s, every place",
    "matrix": "every time within 0.1 s, every status",
    "assign": "the least cost",
}


def test_data():
    beside = Path(__file__).resolve().parents[3] / "shared" / "data"
    return Path(os.environ.get("ANLIN_TEST_DATA", beside))


class City:
    """One extract, with random points in the box around its streets."""

    def __init__(self, extract, options, folder):
        self.streets = Streets(extract)
        self.options, self.folder = options, folder
        self.dice = random.Random(options.seed)
        self.west, self.east = (f(p[0] for p in self.streets.at.values()) for f in (min, max))
        self.south, self.north = (f(p[1] for p in self.streets.at.values()) for f in (min, max))
        self.binary = Binary(options.anlin, f"{folder}/streets.net")
        call = [options.anlin, "import-osm", extract, "--network", self.binary.network]
        subprocess.run(call, check=True, capture_output=True)

    def somewhere(self):
        x, y = self.dice.random(), self.dice.random()
        point = self.west + x * (self.east - self.west), self.south + y * (self.north - self.south)
        return tuple(round(value, 7) for value in point)

    def places(self, letter, count):
        return [(f"{letter}{number}", self.somewhere()) for number in range(count)]

    def list_of(self, name, count, k):
        """A list to choose from, in a file, with the snaps of its places."""
        places = [(i, at, self.dice.random() < 0.7) for i, at in self.places(name, count)]
        file = f"{self.folder}/{name}.csv"
        rows = [(i, *map(repr, at), int(e)) for i, at, e in places]
        lists.write_csv(file, ["id", "lon", "lat", "eligible"], rows)
        return (file, k), [(i, self.streets.known(at), e) for i, at, e in places]

    def from_points(self, tallies):
        options = self.options
        # Of the long list the nearest are asked for, of the short one more than there are.
        some, all_ = self.list_of("long", 150, options.k), self.list_of("short", 12, 20)
        for number in range(options.points):
            point = self.somewhere()
            start = points.reach(self.streets, self.binary, point, options, tallies["reach"])
            for asked, places in (some, all_) if number % 4 == 0 else (some,):
                points.nearest(self.streets, self.binary, point, start, places, asked,
                               tallies["nearest"])
            if number % 4 == 0:
                points.isochrone(self.streets, self.binary, point, start, options,
                                 tallies["isochrone"])

    def of_lists(self, tallies):
        categories = ["clinic", "market, wet", "canteen", "toilet"]
        places = [(*place, self.dice.choice(categories)) for place in self.places("place", 40)]
        places = [(ident, category, at) for ident, at, category in places]
        lists.coverage(self.streets, self.binary, places, self.folder, tallies["coverage"])
        lists.matrix(self.streets, self.binary, self.places("from", 25), self.places("to", 60),
                     self.folder, tallies["matrix"])
        for count in (5, 14, 30):
            requests = [(*place, self.dice.choice(list(lists.WEIGHTS)))
                        for place in self.places("request", 16)]
            responders = [(*place, self.dice.random() < 0.7)
                          for place in self.places("responder", count)]
            lists.assign(self.streets, self.binary, requests, responders, self.folder,
                         tallies["assign"])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("anlin")
    parser.add_argument("extracts", type=Path, nargs="*")
    parser.add_argument("--points", type=int, default=200)
    parser.add_argument("--minutes", type=float, default=15)
    parser.add_argument("--speed", type=float, default=1.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--k", type=int, default=8)
    options = parser.parse_args()
    extracts = options.extracts or [test_data() / city for city in CITIES]
    absent = [str(extract) for extract in extracts if not extract.exists()]
    if absent:
        for name, target in TARGETS.items():
            write_row(name, "not measured: no data", target, "FAIL")
        sys.exit(f"not there: {', '.join(absent)}")
    tallies = {name: Tally(name, target) for name, target in TARGETS.items()}
    for extract in extracts:
        with tempfile.TemporaryDirectory() as folder:
            city = City(extract, options, folder)
            city.from_points(tallies)
            city.of_lists(tallies)
        print(f"{extract.name}: {len(city.streets.at)} nodes, asked", flush=True)
    beside = tallies["isochrone"].beside
    tallies["isochrone"].notes.append(f"{beside} nodes beside a reached street")
    for tally in tallies.values():
        for line in tally.wrong[:10]:
            print("WRONG", tally.name, line)
        tally.row()
    sys.exit(0 if all(tally.passed() for tally in tallies.values()) else 1)


if __name__ == "__main__":
    main()
