"""What was compared, how far it was apart, and what was wrong; asks the binary."""
import json
import os
import subprocess
import sys
from pathlib import Path

CLOSE_MS = 100.0


class Binary:
    """The program under test, on one network file."""

    def __init__(self, path, network):
        self.path, self.network = path, network

    def run(self, command, *more):
        call = [self.path, command, "--network", self.network, *map(str, more)]
        done = subprocess.run(call, capture_output=True, text=True)
        if done.returncode != 0:
            sys.exit(f"{' '.join(call)}: {done.stderr}")
        return done.stdout

    def ask(self, command, *more):
        return json.loads(self.run(command, *more, "--json"))

    def at(self, point):
        return ["--from", f"{point[0]!r},{point[1]!r}"]


class Tally:
    """Of one question, over all cities."""

    def __init__(self, name, target):
        self.name, self.target = name, target
        self.questions, self.known, self.compared, self.worst_ms = 0, 0, 0, 0.0
        self.wrong, self.notes = [], []
        self.beside = 0

    def time(self, what, expected, found):
        self.compared += 1
        self.worst_ms = max(self.worst_ms, abs(expected - found))
        if not abs(expected - found) <= CLOSE_MS:
            self.say(f"{what}: {found} ms, expected {expected:.1f} ms")

    def equal(self, what, expected, found):
        self.compared += 1
        if expected != found:
            self.say(f"{what}: {found}, expected {expected}")

    def say(self, *told):
        self.wrong.append(" ".join(map(str, told)))

    def passed(self):
        return not self.wrong and self.questions > 0 and self.compared > 0

    def value(self):
        known = f" ({self.known} from known points)" if self.known else ""
        told = f"{self.questions} questions{known}, {self.compared} compared, {len(self.wrong)} wrong"
        if self.worst_ms:
            told += f", largest difference {self.worst_ms / 1000:.6f} s"
        return ", ".join([told, *self.notes])

    def row(self):
        """Prints a row of the scorecard and keeps it where the suites look for rows."""
        verdict = "PASS" if self.passed() else "FAIL"
        write_row(self.name, self.value(), self.target, verdict)


# The row of the plan, and the one of its other questions.
ROWS = {"reach": "2.10"}
OTHERS = "2.12"


def write_row(name, value, target, verdict):
    number = ROWS.get(name, OTHERS)
    line = f"{number} {name}_against_an_independent_program '{value}' '{target}' {verdict}"
    print(line)
    folder = os.environ.get("ANLIN_SCORECARD_ROWS")
    if folder:
        Path(folder, f"{number}-{name}.row").write_text(line + "\n")
