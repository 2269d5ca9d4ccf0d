"""Figures as text: a table a workload and network, and BENCH.md."""
import re
import statistics
from pathlib import Path

import rows

# In the normal run a ratio only has to reach this part of its bar: machines are shared.
PART = 0.6

HEAD = "| what | peer | peer p50 / p99 | ours p50 / p99 | ratio (worst round) | bar | calls |\n|---|---|---|---|---|---|---|"


def time(nanos):
    for unit, size in (("s", 1e9), ("ms", 1e6), ("µs", 1e3)):
        if nanos >= size:
            return f"{nanos / size:.3g} {unit}" if nanos < 999.5 * size else f"{nanos / size:.0f} {unit}"
    return f"{nanos:.0f} ns"


def spread(rounds, name, channel):
    p99 = time(rounds.figure(name, channel, "p99"))
    cpu = rounds.figure(name, channel, "cpu_p50")
    return f"{time(cpu)} CPU / {p99}" if cpu else f"{time(rounds.figure(name, channel, 'p50'))} / {p99}"


def judged(value, bar):
    if bar is None:
        return "–"
    word = "met" if value >= bar else "within 60 %" if value >= PART * bar else "MISSED"
    return f"≥ {bar:.3g}: {word}"


def within(value, limit):
    return "–" if limit is None else f"≤ {time(limit)}: {'met' if value <= limit else 'MISSED'}"


def compared(result, options):
    """Title, peer, ratios, bar (None but for the best peer) of every comparison of a workload."""
    workload, network, _, rounds = result
    for of, title, channel, ours, peers, bar in rows.RATIOS:
        if of != workload or ours not in rounds.samples:
            continue
        found = [(peer, rounds.ratios(ours, peer, channel, options.mark_busy)) for peer in peers
                 if peer in rounds.samples]
        usable = [(peer, ratios) for peer, ratios in found if ratios]
        best = min(usable, key=lambda one: statistics.median(one[1]))[0] if usable else None
        for peer, ratios in found:
            holds = peer == best and network in rows.MAIN
            yield title, channel, ours, peer, ratios, bar if holds else None


def limited(result):
    workload, network, _, rounds = result
    for of, title, channel, ours, figures, most in rows.LIMITS:
        if of == workload and network in rows.MAIN:
            for figure, limit in zip(figures, most):
                yield f"{title}, {figure.replace('cpu_', '')}", rounds.figure(ours, channel, figure), limit


def section(result, options):
    workload, network, facts, rounds = result
    about = facts.get("network", "")
    lines = [f"## {workload} {network if network != '-' else ''}".rstrip(), ""]
    if about:
        lines += [about + ".", ""]
    lines.append(HEAD)
    for title, channel, ours, peer, ratios, bar in compared(result, options):
        value = statistics.median(ratios) if ratios else None
        told = f"{value:.3g} ({min(ratios):.3g})" if ratios else "refused: busy"
        lines.append(f"| {title} | {peer} | {spread(rounds, peer, channel)} | {spread(rounds, ours, channel)} | {told} | "
                     f"{judged(value, bar) if ratios else '–'} | {rounds.calls(ours, channel)} / {rounds.calls(peer, channel)} |")
    limits = list(limited(result))
    if limits:
        lines += ["", "| ours | figure | bar |", "|---|---|---|"]
        lines += [f"| {title} | {time(value)} | {within(value, limit)} |" for title, value, limit in limits]
    busiest = rounds.busiest(rounds.samples)
    if busiest > 1.15:
        lines += ["", f"Busy machine: wall time up to {busiest:.2f} of CPU time in a round."]
    return "\n".join(lines) + "\n"


def growth(weights, network):
    """How many times one town's memory sixteen of it take; None for any other network."""
    one = weights.get(network.removesuffix("-x16"))
    return weights[network]["resident_bytes"] / one["resident_bytes"] if network.endswith("-x16") and one else None


def memory_words(weights):
    """Every network and how its memory compares with the bars."""
    for network, facts in weights.items():
        resident, word = facts["resident_bytes"], "–"
        if network in rows.MAIN:
            word = f"≤ 100 MB: {'met' if resident <= rows.MOST_MEMORY else 'MISSED'}"
        times = growth(weights, network)
        if times is not None:
            word = f"{times:.1f} times one town, ≤ {rows.MOST_GROWTH}: {'met' if times <= rows.MOST_GROWTH else 'MISSED'}"
        yield network, word


def memory(weights):
    lines = ["## Memory", "", "| network | resident: network, labels, 2,000 responders | streets without network | bar |",
             "|---|---|---|---|"]
    for network, word in memory_words(weights):
        resident, streets = (weights[network][name] / 1e6 for name in ("resident_bytes", "streets_bytes"))
        lines.append(f"| {network} | {resident:.0f} MB | {streets:.1f} MB | {word} |")
    return "\n".join(lines) + "\n"


def machine():
    """Cores and caches; nothing that names a machine."""
    caches = []
    for place in sorted(Path("/sys/devices/system/cpu/cpu0/cache").glob("index*")):
        level, kind, size = ((place / name).read_text().strip() for name in ("level", "type", "size"))
        if kind != "Instruction":
            caches.append(f"L{level} {size}")
    import os
    return f"{os.cpu_count()} cores; caches of a core as the system reports them: {', '.join(caches) or 'not reported'}"


def crates(lock):
    text = lock.read_text()
    wanted = ("fast_paths", "graphways", "kiddo", "lapjv", "pathfinding", "routingkit-cch", "rstar")
    found = re.findall(r'name = "([^"]+)"\nversion = "([^"]+)"', text)
    newest = {name: version for name, version in found if name in wanted}
    return ", ".join(f"{name} {version}" for name, version in newest.items())


def verdict(results, weights, faults, options):
    missed = [f"{result[0]} {title}: {statistics.median(ratios):.3g} of {bar:.3g}"
              for result in results for title, _, _, _, ratios, bar in compared(result, options)
              if bar is not None and ratios and statistics.median(ratios) < PART * bar]
    missed += [f"{result[0]} {title}: {time(value)} over {time(limit)}"
               for result in results for title, value, limit in limited(result) if limit and value > limit]
    missed += [f"memory {network}: {word}" for network, word in memory_words(weights) if "MISSED" in word]
    refused = [f"{result[0]} {result[1]} {title} against {peer}" for result in results
               for title, _, _, peer, ratios, _ in compared(result, options) if not ratios]
    lines = [f"refused, the machine was busy: {one}" for one in refused]
    lines += [f"answers differ or could not be had: {fault}" for fault in faults]
    lines += [f"below bar: {one}" for one in missed]
    return "\n".join(lines or ["all answers agree, all bars within reach"])


def document(results, weights, faults, options, python_peers, lock):
    busy = ("rounds of a busy machine count and are marked" if options.mark_busy
            else "rounds whose wall time is over 1.15 of their CPU time are taken again, then refused")
    lines = [
        "# Spatial core against its peers", "",
        "Written by `integration/bench/peers/run`; do not edit.", "",
        f"- Machine: {machine()}; everything runs on one core.",
        f"- {options.rounds} rounds, contestants one after the other in each; a ratio is theirs / ours of one round, the",
        f"  median and the worst are given; {busy}. Short calls by wall time (p50), calls of a",
        "  millisecond and more by CPU time. p50 / p99 are wall times unless marked CPU, medians over the rounds.",
        "- Answers were compared before timing: equal to a millisecond (W1: to 0.2 % of a distance, the plane differs",
        "  from the sphere by that; W6: equal cost, ours also proved by its prices).",
        f"- Compiled {'for this processor' if options.native else 'without processor flags'}, with the profile that the program ships with, ours and theirs alike; RoutingKit's",
        "  own build script compiles it for this processor (-O3 -march=native).",
        f"- Rust peers: {crates(lock)}. Python peers: {', '.join(python_peers)}.",
        "- W4: scipy finds the facilities too (predecessors). Synthetic: the district, and sixteen copies of Oslo side by side.",
        "- All bare-graph peers read the junction graph and costs (0.1 mm) of our own prepared network. In W2 each peer",
        "  pays the same snap, reads the same place between junctions, and looks at responders on the same street.",
        "- W1: somebody moves before every question, which is far more than 10,000 moves a second; nobody moves for the",
        "  tree that cannot be changed.",
        "- Everybody finds the caches as the one before left them; in W2 ours follows a peer, never its own code.",
        "- W6: ours builds its lists or table inside the time, peers get theirs ready made.", "",
    ]
    for result in results:
        lines.append(section(result, options))
    lines.append(memory(weights))
    if faults:
        lines += ["## Failed", ""] + [f"- {fault}" for fault in faults]
    return "\n".join(lines).rstrip() + "\n"
