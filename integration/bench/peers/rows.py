"""Who is compared with whom, and the bars: ratios are theirs / ours."""

# Workload, networks, whether Python peers take part.
WORKLOADS = [
    ("W1", ["-"], False),
    ("W2", ["oslo-east", "baoshan-dachang-shu", "district"], False),
    ("W3", ["oslo-east"], False),
    ("W4", ["oslo-east", "baoshan-dachang-shu", "district"], True),
    ("W5", ["oslo-east", "district"], False),
    ("W6", ["oslo-east"], True),
    ("W7", ["oslo-east", "district"], False),
    ("growth", ["oslo-east"], False),
]
# Rows of the scorecard. Memory stands with the workload whose networks it is taken of.
ROW = {"W1": "2.1", "W2": "2.2", "W3": "2.3", "W4": "2.4", "W5": "2.5", "W6": "2.6", "W7": "2.7", "growth": "2.9"}

# Bars hold on this network; the others are printed beside it.
MAIN = ("-", "oslo-east")

# Workload, title, channel, ours, peers, least ratio to the best of them.
RATIOS = [
    ("W1", "8 of 100,000, 20 % eligible, against filtering", "question", "ours", ["kiddo mutable, filtered"], 5.0),
    ("W1", "against a tree a class", "question", "ours", ["kiddo mutable, a tree a class"], 1.0),
    ("W1", "against fixed points", "question", "ours", ["kiddo immutable, eligible only"], 1.0),
    ("W1", "nobody moves, against fixed points", "question", "ours, nobody moves", ["kiddo immutable, eligible only"], None),
    ("W1", "one move", "move", "ours", ["kiddo mutable, filtered", "kiddo mutable, a tree a class"], None),
    *[
        ("W2", f"8 nearest, {share} eligible", "question", f"ours, {share}",
         [f"{peer}, {share}" for peer in ("pathfinding reach", "pathfinding partial", "RoutingKit CCH", "fast_paths IER")], 8.0)
        for share in ("100 %", "20 %", "1 %")
    ],
    ("W3", "areas of 5, 10, 15 min", "areas", "ours", ["graphways"], 10.0),
    ("W4", "every junction x 12 categories", "pass", "ours", ["scipy"], 40.0),
    ("W5", "1,000 x 1,000", "matrix", "ours", 
     ["RoutingKit CCH, targets pinned", "RoutingKit CCH, sources pinned"], 8.0),
    ("W6", "sparse", "solve", "ours, sparse", ["scipy, sparse"], 20.0),
    ("W6", "contended", "solve", "ours, contended", ["scipy, contended"], 5.0),
    ("W6", "dense", "solve", "ours, dense", ["lapjv (Rust), dense", "lapjv (Python), dense", "lap, dense"], 1.5),
    ("W7", "new weights, costs of all arcs", "weights", "ours, customise", ["RoutingKit CCH"], 1 / 1.5),
    *[
        ("growth", f"8 nearest, {share} eligible: sixteen towns, against one", "question", f"sixteen, {share}", [f"one town, {share}"], 1 / 4)
        for share in ("100 %", "20 %", "1 %")
    ],
    ("W7", "new weights, whole profile", "weights", "ours, profile", ["RoutingKit CCH"], 1 / 1.5),
]

# Workload, title, channel, ours, figure, most nanoseconds.
LIMITS = [
    ("W2", "8 nearest, 100 % eligible", "question", "ours, 100 %", ("p50", "p99"), (3e3, 8e3)),
    ("W2", "8 nearest, 20 % eligible", "question", "ours, 20 %", ("p50", "p99"), (3e3, 8e3)),
    ("W2", "8 nearest, 1 % eligible", "question", "ours, 1 %", ("p50", "p99"), (3e3, 8e3)),
    ("W2", "a move of 30 m, snap included", "move", "ours, moves", ("p50",), (10e3,)),
    ("W2", "a move to anywhere, snap included", "move", "ours, jumps", ("p50",), (None,)),
    ("W2", "of all these the snap, paid by everyone", "question", "snap alone", ("p50", "p99"), (None, None)),
    ("W3", "areas of 5, 10, 15 min", "areas", "ours", ("cpu_p50",), (0.35e6,)),
    ("W7", "closure to right answer", "closure", "ours, closure", ("cpu_p50",), (10e6,)),
    ("W7", "labels anew", "labels", "ours, labels", ("cpu_p50",), (0.3e9,)),
]
MOST_MEMORY = 100e6

# Sixteen times the town may take so many times its memory.
MOST_GROWTH = 20
