"""Rounds A B A B between processes that answer lines with lines."""
import json
import os
import shutil
import statistics
import subprocess

MOST_BUSY = 1.15


class Fault(Exception):
    """Answers differ, or something could not be measured."""


class Worker:
    """A process on one core that prepares a workload and runs its rounds."""

    def __init__(self, command, environment):
        pin = ["taskset", "-c", str(max(os.sched_getaffinity(0)))] if shutil.which("taskset") else []
        self.process = subprocess.Popen(pin + command, env=environment, text=True,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.contestants = []

    def ask(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        if not answer:
            raise Fault(f"no answer to {line.split(' {')[0]!r}")
        answer = json.loads(answer)
        if "fault" in answer:
            raise Fault(answer["fault"])
        return answer

    def prepare(self, line):
        answer = self.ask("prepare " + line)
        self.contestants = answer["contestants"]
        return answer.get("facts", {})

    def close(self):
        self.process.stdin.close()
        self.process.wait()


class Rounds:
    """Samples of every contestant, one a round."""

    def __init__(self):
        self.samples = {}

    def run(self, workers, rounds, tries):
        """Every contestant once a round; a busy sample is taken again, the quietest is kept."""
        entries = [(worker, place, name) for worker in workers for place, name in enumerate(worker.contestants)]
        for worker, place, _ in entries:
            worker.ask(f"round {place}")
        for _ in range(rounds):
            for worker, place, name in entries:
                taken = []
                while len(taken) < tries and not any(busy(one) <= MOST_BUSY for one in taken):
                    taken.append(worker.ask(f"round {place}"))
                self.samples.setdefault(name, []).append(min(taken, key=busy))

    def ratios(self, ours, theirs, channel, mark_busy):
        """Theirs / ours of each round in which both were quiet (of all when only marked)."""
        pairs = zip(self.samples[ours], self.samples[theirs])
        kept = [(a, b) for a, b in pairs if mark_busy or max(busy(a), busy(b)) <= MOST_BUSY]
        return [nanos(b, channel) / nanos(a, channel) for a, b in kept]

    def figure(self, name, channel, figure):
        """Median over the rounds; None for what was not taken."""
        taken = [sample["figures"][channel][figure] for sample in self.samples[name]]
        return None if None in taken else statistics.median(taken)

    def calls(self, name, channel):
        return sum(sample["figures"][channel]["n"] for sample in self.samples[name])

    def busiest(self, names):
        return max(busy(sample) for name in names for sample in self.samples[name])


def busy(sample):
    return sample["wall_ns"] / max(sample["cpu_ns"], 1)


def nanos(sample, channel):
    """CPU time of long jobs, wall time of short calls."""
    figures = sample["figures"][channel]
    return figures["cpu_p50"] or figures["p50"]
