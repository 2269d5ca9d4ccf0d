"""Questions about lists: coverage, matrix, assignment."""
import csv
import math

from .tally import CLOSE_MS

UNSERVED_MINUTES = 60
WEIGHTS = {"life": 16, "serious": 4, "attention": 1, "": 4, "9": 9}


def read_csv(path):
    with open(path, newline="") as file:
        return list(csv.DictReader(file))


def write_csv(path, head, rows):
    with open(path, "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(head)
        writer.writerows(rows)


def coverage(streets, binary, places, folder, tally):
    """Every node x category: time and identity of the nearest place; and the shares."""
    minutes, speed = 15, 0.8
    file, out = f"{folder}/categories.csv", f"{folder}/covered.csv"
    rows = [(i, c, repr(p[0]), repr(p[1])) for i, c, p in places]
    write_csv(file, ["id", "category", "lon", "lat"], rows)
    answer = binary.ask("coverage", "--places", file, "--minutes", minutes, "--speed", speed,
                        "--csv", out)
    tally.questions += 1
    found = {(int(row["osm_id"]), row["category"]): row for row in read_csv(out)}
    shares = {share["category"]: share for share in answer["categories"]}
    categories = sorted({category for _, category, _ in places})
    tally.equal("rows", len(streets.at) * len(categories), len(found))
    limit = minutes * 60000
    for category in categories:
        own = [(i, streets.known(p)) for i, c, p in places if c == category]
        own = [(ident, snap) for ident, snap in own if snap]
        nearest = streets.nearest_of([snap for _, snap in own])
        times = []
        for node in streets.at:
            metres, number = nearest.get(node, (math.inf, None))
            ms, row = metres / speed * 1000, found.get((node, category))
            if ms <= limit:
                times.append(ms)
            if row is None:
                tally.say("no row", node, category)
            elif row["ms"]:
                tally.time((node, category), ms, int(row["ms"]))
                if row["place"] != own[number][0]:
                    check_tie(streets, dict(own), row, node, ms, speed, tally)
            elif ms < limit - CLOSE_MS:
                tally.say("not covered", node, category, ms)
        check_share(shares[category], sorted(times), len(streets.at), tally)


def check_tie(streets, own, row, node, ms, speed, tally):
    """Another place than ours is right if it is as near."""
    other = own.get(row["place"])
    metres = streets.metres_from(other).get(node, math.inf) if other else math.inf
    tally.time(("other place", row), ms, metres / speed * 1000)


def check_share(share, times, nodes, tally):
    covered = share["nodes_covered"]
    tally.equal("covered", True, abs(covered - len(times)) <= max(3, nodes // 1000))
    tally.equal("share", True, abs(share["share"] - covered / nodes) < 1e-9)
    for percent in (50, 90):
        told = share[f"p{percent}_minutes"]
        if not times:
            tally.equal("percentile", None, told)
            continue
        # A node within 0.1 s of the limit may be in or out: one rank to each side.
        rank = max(1, -(-len(times) * percent // 100)) - 1
        low, high = times[max(0, rank - 4)], times[min(len(times) - 1, rank + 4)]
        fits = low - CLOSE_MS <= told * 60000 <= high + CLOSE_MS
        tally.equal((share["category"], percent, told), True, fits)


def matrix(streets, binary, sources, targets, folder, tally):
    """All pairs, as CSV and as JSON."""
    speed, files = 1.2, [f"{folder}/{name}.csv" for name in ("from", "to", "times")]
    for file, places in zip(files, (sources, targets)):
        write_csv(file, ["id", "lon", "lat"], [(i, *map(repr, p)) for i, p in places])
    call = ["matrix", "--from", files[0], "--to", files[1], "--speed", speed]
    binary.run(*call, "--csv", files[2])
    tally.questions += 1
    rows = read_csv(files[2])
    told = binary.ask(*call)["times"]
    plain = [(p["from"], p["to"], str("" if p["ms"] is None else p["ms"]), p["status"]) for p in told]
    tally.equal("CSV and JSON", plain, [tuple(row.values()) for row in rows])
    found = iter(rows)
    snaps = {ident: streets.known(point) for ident, point in targets}
    for source, point in sources:
        start = streets.known(point)
        metres = streets.metres_from(start) if start else None
        for target, _ in targets:
            row = next(found)
            tally.equal("order", (source, target), (row["from"], row["to"]))
            status, ms = "unknown", math.inf
            if start and snaps[target]:
                ms = streets.metres_to(metres, start, snaps[target]) / speed * 1000
                status = "ok" if math.isfinite(ms) else "unreachable"
            tally.equal((source, target), status, row["status"])
            if status == "ok" and row["ms"]:
                tally.time((source, target), ms, int(row["ms"]))
            elif row["ms"]:
                tally.say("a time without a way", row)


def assign(streets, binary, requests, responders, folder, tally):
    """The sum of an assignment is the least, by a solver of our own."""
    speed, k, unserved = 1.2, 6, UNSERVED_MINUTES * 60000
    files = [f"{folder}/{name}.csv" for name in ("requests", "responders")]
    write_csv(files[0], ["id", "lon", "lat", "urgency"],
              [(i, *map(repr, p), word) for i, p, word in requests])
    write_csv(files[1], ["id", "lon", "lat", "eligible"],
              [(i, *map(repr, p), int(e)) for i, p, e in responders])
    answer = binary.ask("assign", "--requests", files[0], "--responders", files[1], "--k", k,
                        "--speed", speed)
    tally.questions += 1
    times = {}
    snaps = {ident: streets.known(point) for ident, point, eligible in responders if eligible}
    for request, point, _ in requests:
        start = streets.known(point)
        metres = streets.metres_from(start) if start else None
        for ident, snap in snaps.items():
            if start and snap:
                ms = streets.metres_to(metres, start, snap) / speed * 1000
                if ms < unserved:
                    times[request, ident] = ms
    offers = {}
    for request, *_ in requests:
        near = sorted((ms, ident) for (own, ident), ms in times.items() if own == request)[:k]
        offers[request] = {ident: ms for ms, ident in near}
    weight = {request: WEIGHTS[word] for request, _, word in requests}
    cost = 0.0
    served = {row["request"]: row for row in answer["assigned"]}
    tally.equal("everybody once", len(served), len({row["responder"] for row in served.values()}))
    told = [row["request"] for row in answer["assigned"] + answer["unserved"]]
    tally.equal("everybody told", sorted(request for request, *_ in requests), sorted(told))
    for request, row in served.items():
        ms = times.get((request, row["responder"]), math.inf)
        tally.time(row, ms, row["ms"])
        cost += weight[request] * row["ms"]
    cost += sum(weight[row["request"]] * unserved for row in answer["unserved"])
    tally.equal("sum", round(cost), answer["total"]["cost"])
    tally.equal("bound", answer["total"]["cost"], answer["proof"]["lower_bound"])
    rows = [[weight[r] * offers[r].get(i, math.inf) for i in snaps] for r, *_ in requests]
    rest = [weight[r] * unserved for r, *_ in requests]
    least = least_cost(rows, rest)
    off = abs(least - cost) / max(1, sum(weight.values()))
    tally.time("cost a unit of weight", 0.0, off)


def least_cost(rows, rest):
    """Least sum over assignments, a row may stay alone at its own cost: shortest augmenting
    paths with potentials (Hungarian), each row with a column of its own for staying alone."""
    count, width = len(rows), len(rows[0]) if rows else 0
    big = 1e15
    table = [
        [min(c, big) for c in row] + [rest[i] if i == j else big for j in range(count)]
        for i, row in enumerate(rows)
    ]
    u, v = [0.0] * (count + 1), [0.0] * (width + count + 1)
    owner, way = [0] * (width + count + 1), [0] * (width + count + 1)
    for row in range(1, count + 1):
        owner[0], column = row, 0
        least, used = [math.inf] * len(v), [False] * len(v)
        while True:
            used[column] = True
            own, delta, after = owner[column], math.inf, 0
            for j in range(1, len(v)):
                if used[j]:
                    continue
                reduced = table[own - 1][j - 1] - u[own] - v[j]
                if reduced < least[j]:
                    least[j], way[j] = reduced, column
                if least[j] < delta:
                    delta, after = least[j], j
            for j in range(len(v)):
                if used[j]:
                    u[owner[j]] += delta
                    v[j] -= delta
                else:
                    least[j] -= delta
            column = after
            if owner[column] == 0:
                break
        while column:
            owner[column], column = owner[way[column]], way[column]
    return sum(table[owner[j] - 1][j - 1] for j in range(1, len(v)) if owner[j])
