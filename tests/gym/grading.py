"""Grading: what a task left behind and what the agent said, against what was asked."""

import re
from dataclasses import dataclass, field
from decimal import Decimal

from world import Diff, State

DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩٫", "0123456789.", "٬")
NUMBER = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")


@dataclass
class Grading:
    """One run of a task."""

    before: State
    diff: Diff
    answer: str
    # The requests that may have changed something, as the simulator logged them.
    requests: list[dict]
    faults: list[str] = field(default_factory=list)

    def __post_init__(self):
        self.answer = self.answer.translate(DIGITS)
        self.numbers = {Decimal(found.replace(",", "")) for found in NUMBER.findall(self.answer)}

    def check(self, holds: bool, fault: str) -> None:
        """Notes a fault unless this holds."""
        if not holds:
            self.faults.append(fault)

    def created(self, kind: str, count: int = 1) -> list[dict]:
        """Takes what was created; exactly so many are expected."""
        records = self.diff.created.pop(kind, [])
        self.check(len(records) == count, f"{len(records)} {kind} were created instead of {count}")
        return records if len(records) == count else []

    def changed(self, kind: str, key: str, also: tuple[str, ...] = (), **expected) -> None:
        """Takes the change of a record: these members have these values, and `also` may differ."""
        members = self.diff.changed[kind].pop(key, {})
        for name, value in expected.items():
            self.check(same(members.pop(name, None), value), f"{kind} {key}: {name} is not {value}")
        for name in members.keys() - set(also):
            self.faults.append(f"{kind} {key}: {name} changed too")

    def follows(self, kind: str, key: str) -> None:
        """Takes changes of a record that follow from others."""
        self.diff.changed[kind].pop(key, None)

    def sent(self, ending: str) -> int:
        """How many requests that may change something went to a path with this ending."""
        return sum(request["path"].partition("?")[0].endswith(ending) for request in self.requests)

    def says(self, *alternatives: object) -> None:
        """The answer contains one of these texts or numbers."""
        self.check(any(self._says(one) for one in alternatives),
                   f"the answer does not say {' or '.join(map(str, alternatives))}")

    def never_says(self, text: object) -> None:
        """The answer does not contain this."""
        self.check(not self._says(text), f"the answer says {text}")

    def _says(self, one: object) -> bool:
        if isinstance(one, (Decimal, int)):
            return Decimal(one) in self.numbers
        return str(one).casefold() in self.answer.casefold()

    def end(self) -> list[str]:
        """Every fault, what nobody expected among them."""
        return self.faults + self.diff.rest()


def same(value: object, expected: object) -> bool:
    """Whether a value is the expected one; amounts count by value, and a function decides itself."""
    if callable(expected):
        return bool(expected(value))
    if isinstance(expected, Decimal):
        return value is not None and Decimal(str(value)) == expected
    return value == expected


def moment(*texts: str):
    """Whether a time is one of these, whatever fraction of a second it has."""
    wanted = {text.removesuffix("Z")[:19] for text in texts}
    return lambda value: isinstance(value, str) and value[:19] in wanted
