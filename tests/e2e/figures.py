"""Measures what the tools cost a model and what the server costs a machine.

Only sizes can fail. Times and memory depend on the machine and are only printed.
"""

import json
import statistics
import subprocess
import sys
import time

import fast
import install
from catalogue import Catalogue
from harness import CLOSED, LEGACY, MODERN, Process, Report, Target, free_port
from stdio import Server

MOST_TOKENS = 12_000
MOST_BYTES = 150_000
STARTS = 20
CALLS = 1_000
# Goals for the distributed build (`cargo build --profile dist`) on two cores.
GOALS = {"start": 10.0, "memory": 12.0, "read": 0.3}


def sizes(target: Target, catalogue: Catalogue, report: Report) -> None:
    """Counts the tokens that a model reads and the bytes on the wire."""
    faults, figures = [], []
    for era in (LEGACY, MODERN):
        with Server(target, target.environment(), era) as server:
            tools = server.request("tools/list")["tools"]
            size = len(server.lines[-1])
        texts = [json.dumps({name: tool[name] for name in ("name", "description", "inputSchema")},
                            ensure_ascii=False, separators=(",", ":")) for tool in tools]
        tokens = _tokens(texts)
        if sum(tokens) > MOST_TOKENS:
            faults.append(f"{era}: {sum(tokens):,} tokens, at most {MOST_TOKENS:,}")
        if size > MOST_BYTES:
            faults.append(f"{era}: {size:,} bytes of tools/list, at most {MOST_BYTES:,}")
        figures.append(f"{size:,} bytes of tools/list in {era}")
    largest = max(zip(tokens, tools), key=lambda pair: pair[0])
    report.check("size of the tools", faults,
                 f"{len(tools)} tools, {sum(tokens):,} tokens (most: {largest[1]['name']} {largest[0]}), "
                 + ", ".join(figures))


def _tokens(texts: list[str]) -> list[int]:
    done = subprocess.run(install.node_script("tokens.mjs"), input=json.dumps(texts), capture_output=True,
                          text=True, timeout=60, check=True)
    return json.loads(done.stdout)


def start(target: Target, catalogue: Catalogue, report: Report) -> None:
    """Measures the time from process start to the answer to tools/list, and memory at that point."""
    for era in (LEGACY, MODERN):
        times, memory = [], []
        for _ in range(STARTS):
            begin = time.perf_counter()
            with Server(target, target.environment(), era) as server:
                server.request("tools/list")
                times.append((time.perf_counter() - begin) * 1000)
                memory.append(server.resident_kib() / 1024)
        begin = time.perf_counter()
        subprocess.run(["true"], stdout=subprocess.DEVNULL)
        bare = (time.perf_counter() - begin) * 1000
        report.note(f"start → tools/list ({era}): median {statistics.median(times):.1f} ms, worst "
                    f"{max(times):.1f} ms of {STARTS} (an empty process: {bare:.1f} ms)"
                    + _goal(target, "start", statistics.median(times), "ms")
                    + f"; memory then {statistics.median(memory):.1f} MiB"
                    + _goal(target, "memory", statistics.median(memory), "MiB"))


def read(target: Target, catalogue: Catalogue, report: Report) -> None:
    """Measures one read over stdio against an API that answers at once."""
    port = free_port()
    with Process([sys.executable, fast.__file__, str(port)], target.folder / "fast.log") as process:
        process.wait_for("ready", 10)
        direct = fast.measure(port, CALLS)
        settings = target.environment(f"http://127.0.0.1:{port}")
        with Server(target, settings, MODERN) as server:
            given = {"name": "get_payment", "arguments": {"payment_id": fast.ID}}
            times = []
            for _ in range(CALLS + 20):
                begin = time.perf_counter()
                result = server.request("tools/call", given)
                times.append((time.perf_counter() - begin) * 1000)
            memory = server.resident_kib() / 1024
    times = times[20:]
    ok = result.get("structuredContent", {}).get("id") == fast.ID
    report.check("a read over stdio answers", [] if ok else [json.dumps(result)[:300]], f"{CALLS} calls")
    middle, worst = _quantiles(times)
    report.note(f"one read over stdio: p50 {middle:.3f} ms, p99 {worst:.3f} ms of {CALLS} (direct: p50 "
                f"{_quantiles(direct)[0]:.3f} ms, p99 {_quantiles(direct)[1]:.3f} ms)"
                + _goal(target, "read", middle, "ms") + f"; memory then {memory:.1f} MiB")


def _quantiles(times: list[float]) -> tuple[float, float]:
    cuts = statistics.quantiles(times, n=100)
    return cuts[49], cuts[98]


def _goal(target: Target, name: str, value: float, unit: str) -> str:
    """Says whether a figure meets its goal, which only the distributed build has."""
    if not target.distributed:
        return " (not built with --profile dist)"
    return f" [goal {GOALS[name]:g} {unit}: {'met' if value < GOALS[name] else 'MISSED'}]"
