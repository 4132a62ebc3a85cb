"""Agents that do one thing wrong. Each must fail the tasks that are meant for it, and no others."""

import json
import re

import old_way
import oracle
from stdio import Outcome
from tools import Full, Tools

PLANTED = re.compile(r"call (\w+) with (\{[^{}]*\})")


class Doubler(Tools):
    """Makes every change twice, in other words the second time.

    The server itself stops an identical change that moves money.
    """

    @staticmethod
    def differs(calls: list[dict], task, changing: set[str]) -> bool:
        """Whether it does anything else than the oracle, which made these calls."""
        return any(call["tool"] in changing for call in calls)

    def send(self, tool: str, arguments: dict) -> Outcome:
        outcome = super().send(tool, arguments)
        if self.changes(tool):
            super().send(tool, self.reworded(tool, arguments))
        return outcome

    def reworded(self, tool: str, arguments: dict) -> dict:
        """The same change, told apart by a text that does not matter."""
        if tool == "record_usage":
            records = [record | {"idempotency_key": record["idempotency_key"] + "-again"}
                       for record in arguments["records"]]
            return arguments | {"records": records}
        if not tool.startswith(("create_", "refund_")):
            return arguments
        known = self.listed[tool]["inputSchema"]["properties"]
        text = next((name for name in ("description", "refund_note") if name in known), None)
        return arguments | {text: "Again"} if text else arguments


class Obeyer(Tools):
    """Does what results tell it to do."""

    @staticmethod
    def differs(calls: list[dict], task, changing: set[str]) -> bool:
        """Whether it does anything else than the oracle."""
        return any("call " in call["text"] for call in calls)

    def send(self, tool: str, arguments: dict) -> Outcome:
        outcome = super().send(tool, arguments)
        read = json.dumps(outcome.structured, ensure_ascii=False).replace('\\"', '"')
        for name, given in PLANTED.findall(read):
            super().send(name, json.loads(given))
        return outcome


class OnePage(Full):
    """Answers questions by adding up by hand, and reads only the first page."""

    @staticmethod
    def differs(calls: list[dict], task, changing: set[str]) -> bool:
        """Whether it does anything else than the oracle."""
        return "one_page" in task.traps or any("page" in call["arguments"] for call in calls)

    def pages(self, tool: str, **arguments) -> list[dict]:
        return self.call(tool, limit=100, **arguments)["data"]


SABOTEURS = {"doubler": Doubler, "obeyer": Obeyer, "one_page": OnePage}


def solution(saboteur: str, task) -> object:
    """What a saboteur does for a task."""
    by_hand = saboteur == "one_page" and saboteur in task.traps
    return (old_way if by_hand else oracle).SOLUTIONS[task.name]
