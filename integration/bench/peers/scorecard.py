"""Rows of the scorecard: `2.4 name value target PASS|FAIL`, one file a row.

Rows of times end in `.timed.row`: they are printed, and do not decide the exit status. Memory does.
"""
import os
import re
import statistics
from pathlib import Path

import report
import rows


def write(results, weights, faults, options):
    """Every figure with a bar, against the whole bar, or against its part in the normal run."""
    folder = os.environ.get("ANLIN_SCORECARD_ROWS")
    seen = set()
    for number, title, value, target, passed, kind in found(results, weights, options):
        seen.add(number)
        keep(folder, f"{number}-{title}{kind}", f"{number} {title} {value} {target} {'PASS' if passed else 'FAIL'}")
    for fault in faults:
        number = rows.ROW[fault.split(" ")[0]]
        seen.add(number)
        keep(folder, f"{number}-answers", f"{number} answers {name(fault)} agree FAIL")
    for workload, number in rows.ROW.items():
        if number not in seen and not options.workloads:
            keep(folder, f"{number}-{workload}", f"{number} {workload} - - FAIL (no data)")


def keep(folder, file, line):
    print(line)
    if folder:
        (Path(folder) / f"{file}.row").write_text(line + "\n")


def found(results, weights, options):
    part = 1.0 if options.whole_bars else report.PART
    for result in results:
        number = rows.ROW[result[0]]
        for title, _, _, peer, ratios, bar in report.compared(result, options):
            if bar is None:
                continue
            value = statistics.median(ratios) if ratios else 0.0
            told = f"{value:.3g}x" if ratios else "busy"
            yield number, name(f"{title} vs {peer}"), told, f">={part * bar:.3g}x", value >= part * bar, ".timed"
        for title, value, limit in report.limited(result):
            if limit is not None:
                most = limit / part
                yield number, name(title), short(value), f"<={short(most)}", value <= most, ".timed"
    for network, facts in weights.items():
        times = report.growth(weights, network)
        if network in rows.MAIN:
            resident = facts["resident_bytes"]
            yield "2.7", name(f"memory {network}"), f"{resident / 1e6:.0f}MB", "<=100MB", resident <= rows.MOST_MEMORY, ""
        if times is not None:
            yield "2.9", "memory_of_sixteen_towns", f"{times:.1f}x", f"<={rows.MOST_GROWTH}x", times <= rows.MOST_GROWTH, ""


def name(words):
    return re.sub(r"[^0-9A-Za-z]+", "_", words.replace("%", "percent")).strip("_")


def short(nanos):
    return report.time(nanos).replace(" ", "")
