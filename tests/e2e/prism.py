"""Prism, the mock server that others wrote, as the judge of every request.

It answers from an API description, and says of each request whether the description allows it. Its
verdicts are read in two places that must agree: its log, and the `sl-violations` header of answers.
"""

import json
import re
import time
from collections import Counter
from contextlib import contextmanager
from pathlib import Path

import install
from harness import Process, free_port
from servers import Api, Seen, forward

_RECEIVED = re.compile(r"\[HTTP SERVER\] (\w+) (\S+) .*Request received")
_TERMINATED = re.compile(r"\[HTTP SERVER\] .*Request terminated with error: (.*)")
_VIOLATION = re.compile(r"Violation: (request\S* .*)")
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


class Judge:
    """Prism behind a server of ours that records what passes."""

    def __init__(self, process: Process, api: Api):
        self._process = process
        self.api = api
        self.url = api.url

    def wait_for(self, requests: int) -> None:
        """Waits until the log has caught up with the answers."""
        end = time.monotonic() + 5
        while len(self.log_received()) < requests and time.monotonic() < end:
            time.sleep(0.05)

    def log_faults(self) -> list[str]:
        """What Prism's log has against any request."""
        text = self._log()
        return [*_VIOLATION.findall(text), *_TERMINATED.findall(text)]

    def log_received(self) -> list[tuple[str, str]]:
        """Every request in Prism's log: method and path."""
        return [(method.upper(), path.partition("?")[0])
                for method, path in _RECEIVED.findall(self._log())]

    def _log(self) -> str:
        return _COLOUR.sub("", self._process.text())


@contextmanager
def judge(description: Path, folder: Path, seed: str, prefer=lambda: ""):
    """Starts Prism on a description, with answers made up from `seed`, the same in every run.

    Without `--errors`: with it Prism also fails on answers of its own making, where a schema has a
    pattern that it cannot satisfy. A request that breaks the description is refused either way.
    """
    port = free_port()
    command = [*install.node_program("prism"), "mock", "--host", "127.0.0.1", "--port", str(port),
               "--dynamic", "--seed", seed, str(description)]
    with Process(command, folder / f"prism-{seed}.log") as process:
        process.wait_for("Prism is listening on", 60)
        with Api(forward(port, prefer)) as api:
            yield Judge(process, api)


def verdict(seen: Seen) -> list[str]:
    """What Prism's answer has against a request."""
    return [f"{'.'.join(map(str, fault['location']))}: {fault['message']}"
            for fault in _violations(seen) if fault["location"][0] == "request"]


def own_faults(seen: list[Seen]) -> Counter:
    """What Prism has against its own made-up answers, counted."""
    return Counter(fault["code"] for each in seen for fault in _violations(each)
                   if fault["location"][0] == "response")


def _violations(seen: Seen) -> list[dict]:
    """The violations of a header that Prism cuts when there are many; its log has all of them."""
    rest, found = seen.violations.partition("[")[2], []
    while rest.startswith("{"):
        try:
            fault, end = json.JSONDecoder().raw_decode(rest)
        except ValueError:
            break
        found.append(fault)
        rest = rest[end:].lstrip(",")
    return found
