"""Floods: while one address does its worst, another still gets 200 quickly, and memory stays bounded."""

import contextlib
import json
import os
import re
import shutil
import ssl
import subprocess
import sys
import threading
import time
from pathlib import Path

from ground import (CLOSED, ID, LEGACY, Answer, Serve, Skip, Trial, attack, exchange, free_port, modern, modern_headers,
                    wait_until)
from raw import connect, response
from servers import Seen
from stdio import ServerGone

BYSTANDER = "127.0.0.2"
# The longest that a bystander may wait for an answer, in seconds, on two busy cores.
PATIENCE = 2.5
# What a caller may cost beyond the answers that are being written, in MiB.
ROOM = 96


class Watched:
    """A server under attack, with a bystander and an eye on its memory."""

    def __init__(self, trial: Trial, *flags: str, base_url: str | None = None, **env: str | None):
        self.trial = trial
        script = Path(__file__).with_name("bystander.py")
        self.bystander = subprocess.Popen([sys.executable, "-B", str(script), BYSTANDER], stdin=subprocess.PIPE,
                                          stdout=subprocess.PIPE, text=True)
        try:
            port = self.bystander.stdout.readline().strip()
            self.server: Serve = trial.serve(base_url or f"http://127.0.0.1:{port}", *flags, **env)
            self.bystander.stdin.write(f"{self.server.port}\n")
            self.bystander.stdin.flush()
            self.bystander.stdout.readline()
        except BaseException:
            self.bystander.kill()
            raise
        self.memory = self.server.memory()

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        try:
            output, _ = self.bystander.communicate(timeout=45)
        except subprocess.TimeoutExpired:
            self.bystander.kill()
            self.bystander.wait()
            self.trial.breach("the bystander never got an answer")
            return
        if kind is not None:
            return
        seen = json.loads(output.splitlines()[-1])
        failed = [one for one in seen if one[1] != 200 or one[3]]
        longest = max(one[2] for one in seen)
        patience = PATIENCE * (1 if self.trial.ground.target.release else 2)
        self.trial.check(len(seen) >= 4, "the bystander made no requests")
        for name, status, seconds, problem in failed[:3]:
            self.trial.breach(f"the bystander's {name} got {status} after {seconds:.1f} s: {problem[:120]}")
        self.trial.check(longest <= patience, f"the bystander waited {longest:.1f} s")
        self.trial.check(self.server.alive(), f"the server ended: {self.server.text()[-200:]}")
        peak = self.memory.peak_growth() if self.server.alive() else 0
        self.trial.figures = (f"bystander: {len(seen)} requests, at most {longest:.2f} s; "
                              f"memory: +{peak:.0f} MiB at its highest" + self.more)

    more = ""

    def bounded(self, most: float, what: str = "memory") -> None:
        """The memory that the attack may cost at its highest, in MiB."""
        if self.server.alive():
            peak = self.memory.peak_growth()
            self.trial.check(peak <= most, f"{what} grew by {peak:.0f} MiB, more than {most:.0f}")


def at_once(count: int, work, threads: int = 24) -> list:
    """Runs `work(number)` that many times, some at once; what it gave."""
    results, lock, numbers = [], threading.Lock(), iter(range(count))

    def worker() -> None:
        while True:
            with lock:
                number = next(numbers, None)
            if number is None:
                return
            result = work(number)
            with lock:
                results.append(result)

    running = [threading.Thread(target=worker, daemon=True) for _ in range(min(threads, count))]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join(60)
    return results


@contextlib.contextmanager
def held(server: Serve, count: int, data: bytes, source: str = "127.0.0.1"):
    """Opens connections, sends the same bytes on each, and keeps them open."""
    connections, refused = [], 0
    try:
        while len(connections) < count and refused < 10:
            try:
                connection = connect(server.port, source, 0.5)
                connection.setblocking(False)
                connection.send(data)
            except OSError:
                refused += 1  # The server turns connections away, as it may.
                continue
            connections.append(connection)
        yield connections
    finally:
        for connection in connections:
            connection.close()


def huge_initialize() -> dict:
    """A message whose capabilities fill a whole body."""
    return {f"k{at}": {"a": 1} for at in range(50_000)}


@attack("`initialize` with capabilities of 900 KB, 40 times: each session keeps them", alone=True)
def huge_capabilities(trial: Trial) -> None:
    with Watched(trial) as watched:
        big = huge_initialize()
        body = watched.server.head_and_body({"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": {
            "protocolVersion": LEGACY, "capabilities": {"experimental": big}, "clientInfo": {"name": "x", "version": "1"}}}, None)
        at_once(40, lambda _: watched.server.send(body), 4)
        watched.bounded(2 * ROOM)
        time.sleep(0.3)
        trial.check(watched.memory.growth() < ROOM, f"{watched.memory.growth():.0f} MiB stay")


@attack("Names, versions and metadata of 900 KB in `initialize` and in newer requests", alone=True)
def huge_names(trial: Trial) -> None:
    with Watched(trial) as watched:
        long = "n" * 900_000
        info = {"name": long, "version": "1"}
        at_once(20, lambda _: watched.server.initialize(None, clientInfo=info), 4)
        message = modern("tools/list", {})
        message["params"]["_meta"]["io.modelcontextprotocol/clientInfo"] = info
        message["params"]["_meta"]["io.modelcontextprotocol/clientCapabilities"] = {"experimental": {"k": {"x": long[:1000]}}}
        message["params"]["_meta"]["progressToken"] = long[:10_000]
        at_once(20, lambda _: watched.server.post(message, None, **modern_headers("tools/list")), 4)
        watched.bounded(2 * ROOM)
        time.sleep(0.3)
        trial.check(watched.memory.growth() < ROOM, f"{watched.memory.growth():.0f} MiB stay")


@attack("400 sessions of one address push out another's", alone=True)
def session_flood(trial: Trial) -> None:
    with Watched(trial, "--max-sessions", "100") as watched:
        server = watched.server
        own = server.initialize("victim:one", BYSTANDER).headers.get("mcp-session-id", "")
        keyless = server.initialize(None, "127.0.0.3").headers.get("mcp-session-id", "")
        at_once(200, lambda _: server.initialize(None), 8)
        at_once(200, lambda number: server.initialize(f"made{number}:up"), 8)
        for what, session, key, source in (("a session with a key", own, "victim:one", BYSTANDER),
                                           ("a session without a key", keyless, None, "127.0.0.3")):
            reply = server.in_session(session, "ping", {}, key, source)
            trial.check(reply.status == 200, f"{what} of another address is gone: {reply.status}")
        fresh = server.initialize("victim:two", BYSTANDER)
        trial.check(fresh.status == 200, f"another address opens no session: {fresh.status}")


@attack("260 keyless requests of headers only, with chunks to come", alone=True)
def headers_only(trial: Trial) -> None:
    with Watched(trial) as watched:
        head = (f"POST /mcp HTTP/1.1\r\nhost: 127.0.0.1:{watched.server.port}\r\ncontent-type: application/json\r\n"
                "accept: application/json, text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n")
        with held(watched.server, 260, head.encode()):
            time.sleep(2)
        announced = head.replace("transfer-encoding: chunked", "content-length: 1000000")
        with held(watched.server, 260, announced.encode() + b"{" * 1000):
            time.sleep(2)
        watched.bounded(ROOM)


@attack("300 slow senders: a byte of headers or of body at a time", alone=True)
def slow_senders(trial: Trial) -> None:
    with Watched(trial) as watched:
        start = b"POST /mcp HTTP/1.1\r\nhost: localhost\r\nx-drip: "
        body = (b"POST /mcp HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\naccept: application/json, "
                b"text/event-stream\r\ncontent-length: 900000\r\n\r\n{")
        with held(watched.server, 150, start) as heads, held(watched.server, 150, body) as bodies:
            end = time.monotonic() + 3
            while time.monotonic() < end:
                for connection in heads + bodies:
                    with contextlib.suppress(OSError):
                        connection.send(b" ")
                time.sleep(0.1)
        watched.bounded(ROOM)


@attack("One address opens 600 of 300 possible connections and says nothing", alone=True)
def connection_flood(trial: Trial) -> None:
    flags = ["--max-connections", "300", "--max-connections-per-address", "200"]
    with Watched(trial, *flags) as watched:
        with held(watched.server, 600, b""):
            time.sleep(2)
        with held(watched.server, 600, b"GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n"):
            time.sleep(2)
        watched.bounded(ROOM)


@attack("12 addresses take all connections: health checks get no answer", alone=True)
def health_while_full(trial: Trial) -> None:
    port = free_port()
    flags = ["--max-connections", "100", "--max-connections-per-address", "20", "--metrics", f"127.0.0.1:{port}"]
    server = trial.serve(CLOSED, *flags)
    with contextlib.ExitStack() as stack:
        for number in range(12):
            stack.enter_context(held(server, 20, b"", f"127.0.4.{number + 1}"))
        time.sleep(0.3)
        for path in ("/healthz", "/readyz", "/metrics"):
            data = f"GET {path} HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\nconnection: close\r\n\r\n".encode()
            reply = exchange(port, data, BYSTANDER, 4)
            trial.check(reply.status == 200, f"{path}: {reply.status} after {reply.seconds:.1f} s")


@attack("`initialize` floods fill the Redis that replicas share", alone=True)
def shared_state(trial: Trial) -> None:
    program = shutil.which("redis-server")
    if program is None:
        raise Skip("redis-server is not installed")
    port = free_port()
    password = "redisPassw0rdForTheAttack"
    trial.start([program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--requirepass", password,
                 "--maxmemory", "32mb"], "redis", cwd=trial.folder)
    wait_until(lambda: _redis(port, password, "PING") == "+PONG", 5)
    before = _used_memory(port, password)
    with Watched(trial, "--state", f"redis://:{password}@127.0.0.1:{port}", RUST_LOG="debug") as watched:
        server = watched.server
        own = server.initialize("victim:one", BYSTANDER).headers.get("mcp-session-id", "")
        trial.check(bool(own), "no session opens with a Redis that needs a password")
        big = {"protocolVersion": LEGACY, "capabilities": {"experimental": huge_initialize()},
               "clientInfo": {"name": "x" * 5000, "version": "1"}}
        data = server.head_and_body({"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": big}, None)
        at_once(40, lambda _: server.send(data), 4)
        at_once(400, lambda number: server.initialize(f"made{number}:up", clientInfo={"name": "n" * 4000, "version": "1"}), 8)
        grown = (_used_memory(port, password) - before) / (1 << 20)
        watched.more = f"; Redis: +{grown:.1f} MiB"
        trial.check(grown < 8, f"Redis holds {grown:.0f} MiB more")
        reply = server.in_session(own, "ping", {}, "victim:one", BYSTANDER)
        trial.check(reply.status == 200, f"another address's session is gone: {reply.status}")
        trial.check(password not in server.text(), "the password is in the log")


def _redis(port: int, password: str, *command: str) -> str:
    """Runs one command; its answer, or nothing while Redis does not listen yet."""
    answer = ""
    with contextlib.suppress(OSError), connect(port) as connection:
        for parts in (("AUTH", password), command):
            connection.sendall(f"*{len(parts)}\r\n".encode()
                               + b"".join(b"$%d\r\n%s\r\n" % (len(part), part.encode()) for part in parts))
            time.sleep(0.05)
            answer = connection.recv(1 << 16).decode()
    return answer.strip()


def _used_memory(port: int, password: str) -> int:
    return int(re.search(r"used_memory:(\d+)", _redis(port, password, "INFO", "memory"))[1])


@attack("75,000 unknown arguments in 900 KB, 24 requests at once", alone=True)
def unknown_arguments(trial: Trial) -> None:
    with Watched(trial) as watched:
        given = {f"a{at:05}": 0 for at in range(75_000)}
        message = modern("tools/call", {"name": "get_account", "arguments": given})
        data = watched.server.head_and_body(message, "made:up", **modern_headers("tools/call", "get_account"))
        # A build that is not optimized takes as long for 4 as a release build for 24.
        replies = at_once(24 if trial.ground.target.release else 4, lambda _: watched.server.send(data))
        largest = max(len(reply.body) for reply in replies)
        trial.check(largest < 65_536, f"an answer of {largest:,} bytes")
        nested = modern("tools/call", {"name": "create_payment_link", "arguments": {
            "name": "x", "items": [{"product_id": 1, "q": at} for at in range(20_000)]}})
        data = watched.server.head_and_body(nested, "made:up", **modern_headers("tools/call", "create_payment_link"))
        replies = at_once(8 if trial.ground.target.release else 2, lambda _: watched.server.send(data))
        largest = max(len(reply.body) for reply in replies)
        trial.check(largest < 65_536, f"an answer of {largest:,} bytes to 40,000 nested faults")
        watched.bounded(300)


@attack("1,500 made-up keys while the API asks everybody to wait", alone=True)
def made_up_keys(trial: Trial) -> None:
    def answer(seen: Seen) -> Answer:
        honest = seen.header("x-api-key") == ["YnlzdGFuZGVyOmhvbmVzdA=="]
        return Answer({"id": "1"}) if honest else Answer({}, 429, {"retry-after": "5"})

    api = trial.api(answer)
    with Watched(trial, base_url=api.url) as watched:
        server = watched.server
        message = modern("tools/call", {"name": "get_account", "arguments": {}})
        datas = [server.head_and_body(message, f"made{at}:up{at}", **modern_headers("tools/call", "get_account"))
                 for at in range(1500)]
        connections = []
        for data in datas:
            try:
                connection = connect(server.port, "127.0.0.1", 0.5)
                connection.sendall(data)
            except OSError:
                if len(connections) > 10:
                    break  # The server turns connections away, as it may.
                continue
            connections.append(connection)
        time.sleep(2)
        for connection in connections:
            connection.close()
        watched.bounded(2 * ROOM)


@attack("Answers that nobody reads: 100 connections with 50 lists each", alone=True)
def unread_answers(trial: Trial) -> None:
    with Watched(trial) as watched:
        message = modern("tools/list", {})
        data = watched.server.head_and_body(message, None, **modern_headers("tools/list"))
        data = data.replace(b"connection: close\r\n", b"") * 50
        with held(watched.server, 100, data) as connections:
            time.sleep(3)
            watched.more = f"; {len(connections)} connections held"
        watched.bounded(2 * ROOM)


@attack("A thousand requests in one go on a connection", alone=True)
def pipelined(trial: Trial) -> None:
    with Watched(trial) as watched:
        message = modern("tools/list", {})
        data = watched.server.head_and_body(message, None, **modern_headers("tools/list"))
        data = data.replace(b"connection: close\r\n", b"") * 1000
        with held(watched.server, 4, b"") as connections:
            for connection in connections:
                connection.setblocking(True)
                connection.settimeout(2)
                with contextlib.suppress(OSError):
                    connection.sendall(data)
            time.sleep(1)
        watched.bounded(2 * ROOM)


# One request each, with the processor time that it may take.
COSTLY = {
    "300,000 words to search for": ("search_api_endpoints", {"query": "refund payment invoice " * 37_000}),
    "a query of one word of 900 KB": ("search_api_endpoints", {"query": "r" * 900_000}),
    "900,000 letters of other scripts": ("search_api_endpoints", {"query": "شاي " * 110_000}),
    "an endpoint of 900 KB": ("get_api_endpoint", {"endpoint": "GET /" + "payments/" * 100_000}),
    "a page's name of 900 KB": ("get_stream_doc", {"slug": "refund-" * 128_000}),
    "a tool's name of 900 KB": ("refund_payment_" * 60_000, {}),
    "an argument's name of 900 KB": ("refund_payment", {"payment_id_" * 80_000: 1}),
    "40,000 arguments' names near the right one": ("refund_payment", {f"payment_ic{at}": 1 for at in range(40_000)}),
    "a choice of 900 KB": ("refund_payment", {"payment_id": ID, "refund_reason": "REQUESTED_" * 90_000}),
    "an id of 900 KB": ("get_payment", {"payment_id": "3f2b8c1e-" * 100_000}),
    "an address of mail of 900 KB": ("create_customer", {"name": "x", "email": "a." * 400_000 + "@x.example"}),
    "a time of 900 KB": ("list_payments", {"from_date": "2026-01-01T00:00:00." + "0" * 900_000 + "Z"}),
    "a web address of 900 KB": ("create_payment_link", {"name": "x", "items": [{"product_id": ID, "quantity": 1}],
                                                        "success_redirect_url": "https://x.example/" + "%41" * 290_000}),
    "100,000 ids": ("list_payments", {"invoice_id": ["x"] * 200_000}),
    "a JSON text of 900 KB": ("create_payment_link", {"name": "x", "items": "[" + "{}," * 290_000 + "{}]"}),
}


@attack("One request of 900 KB costs seconds of processor time: names, words, ids, dates", alone=True)
def costly_requests(trial: Trial) -> None:
    with Watched(trial) as watched:
        server, worst = watched.server, (0.0, "")
        # Reading and checking 900 KB costs something in itself.
        allowed = 0.05 + 0.05 * trial.ground.slower
        for what, (tool, given) in COSTLY.items():
            message = modern("tools/call", {"name": tool, "arguments": given})
            header = tool if len(tool) < 1000 else tool[:1000]
            datas = {"newer": server.head_and_body(message, "made:up", **modern_headers("tools/call", header))}
            session = server.initialize().headers.get("mcp-session-id", "")
            datas["in a session"] = server.head_and_body(message, mcp_session_id=session, mcp_protocol_version=LEGACY)
            for era, data in datas.items():
                before = server.cpu()
                reply = server.send(data)
                used = server.cpu() - before
                worst = max(worst, (used, what))
                # The bystander's own calls are in it, and the clock ticks a hundred times a second.
                trial.check(used <= allowed + 0.05 + 0.15 * reply.seconds, f"{what}, {era}: {used:.2f} s of processor time")
                trial.check(len(reply.body) < 65_536, f"{what}, {era}: {len(reply.body):,} bytes come back")
        watched.more = f"; dearest: {worst[1]} {worst[0]:.2f} s"
        watched.bounded(2 * ROOM)


@attack("The same requests 24 at once hold every thread", alone=True)
def costly_at_once(trial: Trial) -> None:
    with Watched(trial) as watched:
        datas = [watched.server.head_and_body(modern("tools/call", {"name": tool, "arguments": given}), "made:up",
                                              **modern_headers("tools/call", tool[:1000])) for tool, given in COSTLY.values()]
        at_once(48, lambda number: watched.server.send(datas[number % len(datas)]))
        watched.bounded(300)


@attack("The API answers 10 MB of numbers to 8 calls at once", alone=True)
def numbers(trial: Trial) -> None:
    huge = b'{"data":[' + b"1," * 5_000_000 + b"1]}"
    small = b'{"data":[' + b"1," * 1_900_000 + b"1]}"
    deep = b'{"data":[' + b'{"a":[{}]},' * 360_000 + b"1]}"
    for what, body, most in (("10 MB", huge, 300), ("3.8 MB", small, 700), ("4 MB of small objects", deep, 900)):
        def answer(seen: Seen, body=body) -> Answer:
            honest = seen.header("x-api-key") == ["YnlzdGFuZGVyOmhvbmVzdA=="]
            return Answer({"id": "1"} if honest else body)

        api = trial.api(answer)
        with Watched(trial, base_url=api.url) as watched:
            calls = 8 if trial.ground.target.release else 2
            at_once(calls, lambda number: watched.server.call("list_payments", {}, f"made{number}:up", seconds=30), 8)
            watched.bounded(most, f"{what}: memory")


@attack("The API answers with 1xx for ever, or a byte at a time", alone=True)
def endless_informational(trial: Trial) -> None:
    def endless(request, connection):
        if request.header("x-api-key") == "YnlzdGFuZGVyOmhvbmVzdA==":
            return response(200, b'{"id":"1"}')
        end = time.monotonic() + 4
        if "payments" in request.target:
            while time.monotonic() < end:
                connection.sendall(b"HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n" * 400)
                # The bystander's calls are answered by this process too.
                time.sleep(0.002 * trial.ground.slower)
        else:
            connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n")
            while time.monotonic() < end:
                connection.sendall(b" ")
                time.sleep(0.05)
        return b""

    api = trial.raw_api(endless)
    with Watched(trial, base_url=api.url, STREAM_MAX_RETRIES="0") as watched:
        before, begin = watched.server.cpu(), time.monotonic()
        at_once(8, lambda number: watched.server.call("list_payments" if number % 2 else "get_account", {}, f"made{number}:up"), 8)
        busy = (watched.server.cpu() - before) / max(time.monotonic() - begin, 4)
        trial.check(busy < 0.6, f"the server used {busy:.0%} of a core")
        watched.bounded(ROOM)


@attack("The metrics port behind 64 half-open connections", alone=True)
def metrics_port(trial: Trial) -> None:
    port = free_port()
    with Watched(trial, "--metrics", f"127.0.0.1:{port}") as watched:
        connections = []
        for _ in range(64):
            with contextlib.suppress(OSError):
                connection = connect(port, "127.0.0.1", 2)
                connection.sendall(b"GET /metrics HTTP/1.1\r\nhost:")
                connections.append(connection)
        data = f"GET /metrics HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\nconnection: close\r\n\r\n".encode()
        time.sleep(2)
        reply = exchange(port, data, BYSTANDER, 4)
        trial.check(reply.status == 200 and reply.seconds < 2, f"another address gets {reply.status} after {reply.seconds:.1f} s")
        time.sleep(0.5)
        for connection in connections:
            connection.close()


def page(body: str) -> Answer:
    """A page of the documentation."""
    return Answer(f"<html><main><h1>Page</h1>{body}</main></html>".encode(), 200, {"content-type": "text/html"})


@attack("Documentation of 2,000 unclosed <b>, 200,000 nested tags, endless attributes, huge pages", alone=True)
def hostile_documentation(trial: Trial) -> None:
    pages = {
        "/bold": page("<b>" * 2_000 + "x"), "/deeper": page("<div>" * 200_000 + "x"), "/lists": page("<ul><li>" * 20_000),
        "/tables": page("<table><tr><td>" * 10_000), "/quotes": page("<blockquote>" * 50_000 + "x"),
        "/attributes": page("<a " + "x='y' " * 300_000 + ">x</a>"), "/unclosed": page("<a href='" + "x" * 3_000_000),
        "/entities": page("&lt;" * 1_500_000), "/formatting": page("<b><i><font><a>" * 5_000 + "</b>" * 5_000),
        "/huge": page("<p>x</p>" * 900_000), "/comment": page("<!--" + "-" * 3_000_000), "/preformatted": page("<pre>" * 5_000 + "`" * 100_000),
    }
    locations = "".join(f"<url><loc>SITE{path}</loc></url>" for path in pages)

    def answer(seen: Seen) -> Answer:
        if seen.target == "/sitemap.xml":
            text = f"<urlset>{locations.replace('SITE', site.url)}</urlset>"
            return Answer(text.encode(), 200, {"content-type": "application/xml"})
        return pages.get(seen.target, Answer({}, 404))

    site = trial.api(answer)
    with Watched(trial, STREAM_DOCS_URL=site.url) as watched:
        server, done = watched.server, 0
        for path in pages:
            before = server.cpu() if server.alive() else 0
            reply = server.call("get_stream_doc", {"slug": path[1:]}, seconds=25)
            if not server.alive():
                trial.breach(f"{path}: the process ended: {server.text()[-150:]}")
                return
            done += reply.status == 200
            trial.check(reply.status == 200, f"{path}: {reply.status} after {reply.seconds:.1f} s")
            trial.check(len(reply.body) < 3_000_000, f"{path}: an answer of {len(reply.body):,} bytes")
            used = server.cpu() - before
            trial.check(used < 2.5 * max(1, trial.ground.slower / 2), f"{path}: {used:.1f} s of processor time")
        trial.check(done == len(pages), f"{done} of {len(pages)} calls were answered")
        at_once(24, lambda number: server.call("get_stream_doc", {"slug": list(pages)[number % len(pages)][1:]}, seconds=25), 12)
        watched.bounded(500)


@attack("A sitemap or page that leads elsewhere, a bomb of entities, 200,000 addresses", alone=True)
def hostile_sitemap(trial: Trial) -> None:
    trap = trial.api(Answer({"secret": True}))
    bomb = ('<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">' + "".join(f'<!ENTITY a{n} "{"&a" + (str(n - 1) if n else "") + ";" * 1}">' for n in range(1, 9))
            + f'<!ENTITY f SYSTEM "file:///etc/passwd"><!ENTITY h SYSTEM "{trap.url}/x">]>')
    urls = [f"{trap.url}/secret", "file:///etc/passwd", "http://169.254.169.254/latest", f"{trap.url}@127.0.0.1/", "//evil", "gopher://x", "javascript:alert(1)"]

    def answer(seen: Seen) -> Answer:
        text = {"content-type": "application/xml"}
        if seen.target == "/sitemap.xml":
            located = [*urls, f"{site.url}/away", *(f"{site.url}/p{at}" for at in range(100_000))]
            return Answer((bomb + "<urlset><url><loc>&f;&h;&a8;</loc></url>" + "".join(f"<url><loc>{url}</loc></url>" for url in located)
                           + "</urlset>").encode(), 200, text)
        if seen.target == "/away":
            return Answer({}, 302, {"location": f"{trap.url}/redirected"})
        if seen.target == "/llms-full.txt":
            return Answer({}, 302, {"location": f"{trap.url}/llms"})
        return Answer({}, 404)

    site = trial.api(answer)
    with Watched(trial, STREAM_DOCS_URL=site.url) as watched:
        for slug in ("secret", "etc-passwd", "away", "latest", "home", "f-h-a8"):
            reply = watched.server.call("get_stream_doc", {"slug": slug}, seconds=20)
            trial.check("root:" not in reply.text and '\\"secret\\"' not in reply.text, f"{slug}: {reply.text[:100]}")
        listed = watched.server.call("list_stream_docs", {}, seconds=20)
        trial.check(len(listed.body) < 1_000_000, f"a list of {len(listed.body):,} bytes")
        watched.bounded(2 * ROOM)
    for seen in trap.seen:
        trial.breach(f"another host was asked for {seen.target}")


@attack("A slow documentation site stops everybody's lists, completions and calls", alone=True)
def slow_documentation(trial: Trial) -> None:
    site = trial.api(lambda _: Answer({}, 404, delay=6))
    with Watched(trial, STREAM_DOCS_URL=site.url) as watched:
        server = watched.server
        data = server.head_and_body(modern("tools/call", {"name": "get_stream_doc", "arguments": {"slug": "webhooks"}}),
                                    None, **modern_headers("tools/call", "get_stream_doc"))
        with held(server, 700, data):
            time.sleep(0.3)
            for method, params in (("resources/list", {}), ("resources/templates/list", {}), ("tools/list", {}), ("completion/complete", {
                    "ref": {"type": "ref/resource", "uri": "stream://docs/pages/{slug}"}, "argument": {"name": "slug", "value": "w"}})):
                reply = server.post(modern(method, params), "reader:one", BYSTANDER, 12, **modern_headers(method))
                trial.check(reply.seconds < 2 * max(1, trial.ground.slower / 4) and reply.status in (200, 400, 404),
                            f"{method} got {reply.status} after {reply.seconds:.1f} s")
        watched.bounded(2 * ROOM)


@attack("Refusals that cost nothing fill the log or slip past the rate", alone=True)
def refusals(trial: Trial) -> None:
    with Watched(trial) as watched:
        server = watched.server
        datas = {"a foreign host": server.head_and_body(modern("ping", {}), None, host="evil.example"),
                 "a foreign page": server.head_and_body(modern("ping", {}), None, origin="https://evil.example"),
                 "a broken key": server.head_and_body(modern("ping", {}), "x y", host="localhost"),
                 "another path": b"GET /" + b"a" * 8000 + b" HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n"}
        for what, data in datas.items():
            size = len(server.text())
            at_once(1200, lambda _, data=data: server.send(data, "127.0.0.9"), 12)
            grown = len(server.text()) - size
            trial.check(grown < 120_000, f"{what}: 1,200 requests wrote {grown:,} bytes of log")
        watched.bounded(ROOM)


@attack("Streams of 300 sessions that nobody reads, opened by one address", alone=True)
def open_streams(trial: Trial) -> None:
    with Watched(trial) as watched:
        server = watched.server
        sessions = at_once(60, lambda number: server.initialize(f"made{number}:up").headers.get("mcp-session-id"), 8)
        opened = []
        for number, session in enumerate(filter(None, sessions)):
            for _ in range(5):
                with contextlib.suppress(OSError):
                    connection = connect(server.port, "127.0.0.1", 2)
                    connection.sendall(f"GET /mcp HTTP/1.1\r\nhost: localhost\r\naccept: text/event-stream\r\nmcp-session-id: {session}\r\n"
                                       f"authorization: Bearer made{number}:up\r\n\r\n".encode())
                    opened.append(connection)
        time.sleep(1.5)
        for connection in opened:
            connection.close()
        watched.bounded(ROOM)


@attack("TLS: 300 handshakes that never finish, plain HTTP, garbage", alone=True)
def half_open(trial: Trial) -> None:
    program = shutil.which("openssl")
    if program is None:
        raise Skip("openssl is not installed")
    names = [str(trial.folder / name) for name in ("cert.pem", "key.pem")]
    subprocess.run([program, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                    "-subj", "/CN=localhost", "-out", names[0], "-keyout", names[1]], check=True, capture_output=True)
    server = trial.serve(CLOSED, "--tls-cert", names[0], "--tls-key", names[1])
    memory = server.memory()
    context = ssl.create_default_context(cafile=names[0])
    context.check_hostname = False

    def ask() -> tuple[bool, float]:
        begin = time.monotonic()
        with connect(server.port, BYSTANDER, 5) as plain, context.wrap_socket(plain) as secured:
            secured.sendall(b"GET /healthz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")
            return secured.recv(100).startswith(b"HTTP/1.1 200"), time.monotonic() - begin

    hello = b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\0" * 100
    for what, data in (("half a hello", hello), ("plain HTTP", b"GET / HTTP/1.1\r\n\r\n"), ("garbage", b"\xff" * 20_000)):
        with held(server, 300, data):
            good, seconds = ask()
            trial.check(good and seconds < PATIENCE, f"{what}: another address waits {seconds:.1f} s")
    trial.check(memory.peak_growth() < ROOM, f"memory grew by {memory.peak_growth():.0f} MiB")


@attack("stdio: a line of 64 MB, 300,000 empty lines, 1,500 calls at once")
def pipe_floods(trial: Trial) -> None:
    api = trial.api(Answer({"id": "1"}))
    with trial.stdio(api.url) as server:
        memory_before = server.resident_kib()
        descriptor = server.process.stdin.fileno()

        def write(data: bytes) -> None:
            view = memoryview(data)
            while view:
                view = view[os.write(descriptor, view[:1 << 20]):]

        try:
            write(b"\n" * 300_000)
            write(b"{" + b"x" * (64 << 20) + b"\n")
            trial.check(len(server.request("tools/list", {}, 30)["tools"]) > 10, "no answer after a line of 64 MB")
        except (OSError, ServerGone) as error:
            trial.breach(f"after a line of 64 MB: {type(error).__name__} {str(error)[:100]}")
            return
        numbers = [server.start_call("get_account", {}) for _ in range(1500)]
        answered = sum(not server.outcome(number, 60).refused for number in numbers)
        trial.check(answered == 1500, f"{answered} of 1,500 calls were answered")
        grown = (server.resident_kib() - memory_before) / 1024
        trial.check(grown < 200, f"{grown:.0f} MiB stay")


