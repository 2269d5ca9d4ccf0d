#!/usr/bin/env python3
"""Peers that live in Python: same lines in and out as the Rust side, inputs from files it wrote."""
import json
import os
import sys
import time

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra, min_weight_full_bipartite_matching

CLOSED = 2**31 - 1
CATEGORIES = 12


def numbers(name):
    return np.fromfile(os.path.join(os.environ["ANLIN_PEERS_EXCHANGE"], name), dtype="<u4").astype(np.int64)


class Mismatch(Exception):
    pass


def covered(facts):
    """W4: one search from all facilities of a category, with the facility each node belongs to."""
    nodes = facts["nodes"]
    ends = (numbers("w4.tails"), numbers("w4.heads"))
    graph = csr_matrix((numbers("w4.costs").astype(float), ends), shape=(nodes, nodes))
    category, junction = numbers("w4.facilities").reshape(-1, 2).T
    sources = [np.unique(junction[category == one]) for one in range(CATEGORIES)]

    def search(one):
        return dijkstra(graph, indices=sources[one], min_only=True, limit=facts["limit"], return_predecessors=True)

    answers = numbers("w4.answers").reshape(nodes, CATEGORIES, 2)
    for one in range(CATEGORIES):
        cost, _, owner = search(one)
        ours, facility = answers[:, one, 0], answers[:, one, 1]
        there = np.isfinite(cost)
        if not np.array_equal(there, ours < CLOSED):
            raise Mismatch(f"W4 category {one}: different nodes are covered")
        off = np.abs(ours[there] - cost[there]) * facts["unit_ms"]
        if off.size and off.max() > 1.0:
            raise Mismatch(f"W4 category {one}: off by {off.max():.2f} ms")
        for node in np.flatnonzero(there & (facility != owner))[:20]:
            other = dijkstra(graph, indices=int(facility[node]))[node]
            if abs(other - cost[node]) * facts["unit_ms"] > 1.0:
                raise Mismatch(f"W4 category {one}: a facility that is not the nearest")
    return {"scipy": lambda: [search(one) for one in range(CATEGORIES)]}, "pass", 1


def matched(facts):
    """W6: lists with a private place for every request so that all can be matched, and the dense table."""
    import lap
    import lapjv

    requests, offers, nearest = facts["requests"], facts["offers"], facts["nearest"]
    contestants = {}

    def listed(name):
        rows = np.r_[np.repeat(np.arange(requests), nearest), np.arange(requests)]
        columns = np.r_[numbers(f"w6.{name}.columns"), offers + np.arange(requests)]
        costs = np.r_[numbers(f"w6.{name}.costs"), np.full(requests, facts["unserved"])].astype(float)
        table = csr_matrix((costs, (rows, columns)), shape=(requests, offers + requests))
        row, column = min_weight_full_bipartite_matching(table)
        equal(name, np.asarray(table[row, column]).sum())
        contestants[f"scipy, {name}"] = lambda: min_weight_full_bipartite_matching(table)

    def equal(name, cost):
        if round(float(cost)) != facts[name.split(",")[0]]:
            raise Mismatch(f"W6 {name}: theirs costs {cost}, ours {facts[name]}")

    listed("sparse")
    listed("contended")
    dense = numbers("w6.dense").reshape(requests, requests).astype(float)
    equal("dense", lap.lapjv(dense)[0])
    equal("dense", dense[np.arange(requests), lapjv.lapjv(dense)[0]].sum())
    contestants["lap, dense"] = lambda: lap.lapjv(dense)
    contestants["lapjv (Python), dense"] = lambda: lapjv.lapjv(dense)
    return contestants, "solve", 3


def measured(call, channel, calls):
    walls, cpus = [], []
    begun, cpu_begun = time.perf_counter_ns(), time.thread_time_ns()
    for _ in range(calls):
        wall, cpu = time.perf_counter_ns(), time.thread_time_ns()
        call()
        cpus.append(time.thread_time_ns() - cpu)
        walls.append(time.perf_counter_ns() - wall)
    figures = {"n": calls, "p50": float(np.percentile(walls, 50)), "p99": float(np.percentile(walls, 99)),
               "mean": float(np.mean(walls)), "cpu_p50": float(np.percentile(cpus, 50))}
    return {"wall_ns": time.perf_counter_ns() - begun, "cpu_ns": time.thread_time_ns() - cpu_begun,
            "figures": {channel: figures}}


def main():
    answer = lambda value: print(json.dumps(value), flush=True)
    contestants, channel, calls = {}, "", 0
    for line in sys.stdin:
        verb, _, rest = line.strip().partition(" ")
        if verb == "prepare":
            workload, _, facts = rest.partition(" ")
            try:
                contestants, channel, calls = {"W4": covered, "W6": matched}[workload](json.loads(facts))
                answer({"contestants": list(contestants)})
            except Mismatch as mismatch:
                answer({"fault": str(mismatch)})
        elif verb == "round":
            answer(measured(list(contestants.values())[int(rest)], channel, calls))
        else:
            answer({})


main()
