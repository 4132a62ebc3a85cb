"""Counts what Schemathesis did and says what came of it."""

import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

# Operations that no run answers with success, and why that is so.
NEVER: dict[str, str] = {}


@dataclass(frozen=True)
class Run:
    """A run of Schemathesis: what it wrote, how it ended and what it printed."""

    name: str
    events: Path
    status: int
    output: str
    # How many links its description had.
    links: int


class Report:
    """What all runs did so far."""

    def __init__(self, description: dict) -> None:
        methods = ("get", "put", "post", "delete", "patch")
        self.operations = [f"{method.upper()} {path}" for path, item in description["paths"].items()
                           for method in methods if method in item]
        self.links = 0
        self.broken: list[str] = []
        self.cases: Counter[str] = Counter()
        self.asked: Counter[str] = Counter()
        self.succeeded: Counter[str] = Counter()
        self.sequences = 0
        self.longest = 0
        self.followed = 0
        self.followed_well = 0
        self.used: set[str] = set()

    def add(self, run: Run) -> None:
        """Adds what a run did."""
        self.links = max(self.links, run.links)
        if run.status != 0:
            failures = run.output[max(0, run.output.find("= FAILURES =")):]
            self.broken.append(f"{run.name}:\n{failures}")
        for line in run.events.read_text().splitlines() if run.events.is_file() else []:
            for kind, event in json.loads(line).items():
                if kind == "ScenarioFinished":
                    self._scenario(event["phase"], event["recorder"])

    def _scenario(self, phase: str, recorder: dict) -> None:
        steps = linked = 0
        for name, case in recorder.get("cases", {}).items():
            interaction = recorder["interactions"].get(name) or {}
            response = interaction.get("response")
            if response is None:
                continue
            value = case["value"]
            operation = f"{value['method']} {value['path']}"
            well = 200 <= response["status_code"] < 300
            self.cases[phase] += 1
            self.asked[operation] += 1
            self.succeeded[operation] += well
            steps += 1
            if case.get("is_transition_applied"):
                linked += 1
                self.followed += 1
                self.followed_well += well
                if well:
                    self.used.add(case["transition"]["id"])
        if phase == "stateful" and linked:
            self.sequences += 1
            self.longest = max(self.longest, steps)

    def print(self, seconds: float) -> int:
        """Prints the report. The exit status."""
        never = [operation for operation in self.operations if not self.succeeded[operation]]
        well = sum(self.succeeded.values())
        total = sum(self.cases.values())
        parts = ", ".join(f"{phase} {count:,}" for phase, count in self.cases.items())
        print(f"operations  {sum(self.asked[one] > 0 for one in self.operations)} of {len(self.operations)}, "
              f"{len(self.operations) - len(never)} of them answered with success")
        print(f"cases       {total:,} ({parts}), {well:,} answered with success")
        print(f"sequences   {self.sequences:,}, the longest of {self.longest} calls; {self.followed:,} calls with an id "
              f"from an earlier answer, {self.followed_well:,} of them answered with success")
        print(f"links       {len(self.used)} of {self.links} led to success")
        for operation in never:
            if operation not in NEVER:
                self.broken.append(f"{operation}: never answered with success")
        for operation in NEVER:
            if operation not in never:
                self.broken.append(f"{operation}: answered with success, so report.py need not excuse it")
        for operation in never:
            print(f"  never answered with success: {operation}: {NEVER.get(operation, 'no reason known')}")
        print(f"failures    {len(self.broken)} in {seconds:.0f} s")
        for problem in self.broken:
            print(f"\n{problem}")
        return 1 if self.broken else 0
