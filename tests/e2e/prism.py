"""Prism, a third-party mock server, judges every request.

Prism answers from an API description and reports whether each request conforms to it. Its verdicts are
read from two places that must agree: its log, and the `sl-violations` header of its answers.
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
    """Prism behind a recording proxy."""

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
        """Returns the violations in Prism's log."""
        text = self._log()
        return [*_VIOLATION.findall(text), *_TERMINATED.findall(text)]

    def log_received(self) -> list[tuple[str, str]]:
        """Returns the method and path of every request in Prism's log."""
        return [(method.upper(), path.partition("?")[0])
                for method, path in _RECEIVED.findall(self._log())]

    def _log(self) -> str:
        return _COLOUR.sub("", self._process.text())


@contextmanager
def judge(description: Path, folder: Path, seed: str, prefer=lambda: ""):
    """Starts Prism on a description. `seed` makes its generated answers reproducible.

    `--errors` is left out because it also makes Prism reject its own answers where a schema has a pattern
    that it cannot satisfy. Prism refuses a request that violates the description either way.
    """
    port = free_port()
    command = [*install.node_program("prism"), "mock", "--host", "127.0.0.1", "--port", str(port),
               "--dynamic", "--seed", seed, str(description)]
    with Process(command, folder / f"prism-{seed}.log") as process:
        process.wait_for("Prism is listening on", 60)
        with Api(forward(port, prefer)) as api:
            yield Judge(process, api)


def verdict(seen: Seen) -> list[str]:
    """Returns the request violations that Prism's answer reports."""
    return [f"{'.'.join(map(str, fault['location']))}: {fault['message']}"
            for fault in _violations(seen) if fault["location"][0] == "request"]


def own_faults(seen: list[Seen]) -> Counter:
    """Counts the violations in Prism's own generated answers."""
    return Counter(fault["code"] for each in seen for fault in _violations(each)
                   if fault["location"][0] == "response")


def _violations(seen: Seen) -> list[dict]:
    """Parses the violations header, which Prism truncates when there are many; its log has them all."""
    rest, found = seen.violations.partition("[")[2], []
    while rest.startswith("{"):
        try:
            fault, end = json.JSONDecoder().raw_decode(rest)
        except ValueError:
            break
        found.append(fault)
        rest = rest[end:].lstrip(",")
    return found
