"""Money: what the server says of a change when the API, the network or the client misbehaves."""

import gzip
import json
import re
import signal
import threading
import time
import uuid
import zlib
from decimal import Decimal

from ground import ID, KEY_PAIR, LEGACY, MODERN, Trial, Verdict, attack, result_text, wait_until
from raw import Request, response
from servers import Answer
from stdio import Server, ServerGone

REFUND = {"payment_id": ID, "refund_reason": "OTHER"}
# Answers that come with a status of success but cannot be understood, or not whole.
BROKEN = {
    "nothing after the status line": b"HTTP/1.1 200 OK\r\n",
    "half of the head": b"HTTP/1.1 201 Created\r\ncontent-type: applic",
    "a body cut by length": b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"id\":",
    "a body cut in a chunk": b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n40\r\n{\"id\":",
    "a chunk without a number": b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n{}",
    "two lengths": b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\n{}",
    "a negative length": b"HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n{}",
    "HTML": response(200, b"<html>done</html>"),
    "no UTF-8": response(200, b'{"id":"\xff\xfe"}'),
    "a UTF-16 text": response(200, '{"id":"1"}'.encode("utf-16")),
    "half of a JSON text": response(200, b'{"id":"1","amount":'),
    "two JSON texts": response(200, b'{"id":"1"}{"error":"x"}'),
    "NaN": response(200, b'{"amount":NaN}'),
    "a deep JSON text": response(200, b"[" * 100_000 + b"]" * 100_000),
    "gzip that was not asked for": response(200, gzip.compress(b'{"id":"1"}'), "content-encoding: gzip"),
    "gzip cut short": response(200, gzip.compress(b'{"id":"1"}' * 99)[:40], "content-encoding: gzip"),
    "deflate of 64 MiB": response(200, zlib.compress(b" " * (64 << 20)), "content-encoding: deflate"),
    "40 MiB": response(200, b'{"id":"' + b"x" * (40 << 20) + b'"}'),
    "5 MiB": response(200, b'{"id":"' + b"x" * (5 << 20) + b'"}'),
}
# No status at all, or none that says anything.
SENSELESS = {
    "nothing at all": b"",
    "no HTTP": b"hello\r\n\r\n",
    "HTTP/0.9": b"{}",
    "HTTP/2": b"HTTP/2 200\r\ncontent-length: 2\r\n\r\n{}",
    "a status of letters": b"HTTP/1.1 OK 200\r\ncontent-length: 2\r\n\r\n{}",
    "a status of 4 digits": b"HTTP/1.1 2000 OK\r\ncontent-length: 2\r\n\r\n{}",
    "a header without a colon": b"HTTP/1.1 200 OK\r\nnonsense\r\ncontent-length: 2\r\n\r\n{}",
    "a header with NUL": b"HTTP/1.1 200 OK\r\nx: a\0b\r\ncontent-length: 2\r\n\r\n{}",
    "300 headers": b"HTTP/1.1 200 OK\r\n" + b"x: y\r\n" * 300 + b"content-length: 2\r\n\r\n{}",
    "a header of 1 MB": b"HTTP/1.1 200 OK\r\nx: " + b"y" * (1 << 20) + b"\r\ncontent-length: 2\r\n\r\n{}",
    "only 100": b"HTTP/1.1 100 Continue\r\n\r\n",
    "only 103": b"HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n" * 5,
    "101": b"HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n",
}


def verdict(message: dict) -> Verdict:
    """What the answer to a call says."""
    result = message.get("result") or {}
    return Verdict(result_text(message), result.get("structuredContent") or {})


def outcome(message: dict) -> str:
    """The outcome as programs read it."""
    error = verdict(message).structured.get("error")
    return error.get("outcome", "") if isinstance(error, dict) else ""


def failed(message: dict) -> bool:
    """Whether the answer is an error."""
    return "error" in message or bool((message.get("result") or {}).get("isError"))


@attack("Every status from 100 to 999 on a change: “nothing was changed” though it may have been")
def every_status(trial: Trial) -> None:
    def answer(request: Request, _):
        status = re.search(r"status-(\d+)", request.body.decode())
        # What has no status is a read after a success.
        return response(int(status[1]) if status else 404, b'{"detail":"x"}',
                        "location: http://127.0.0.1:1/elsewhere")

    api, waiting, wrong = trial.raw_api(answer), {}, {}
    with trial.stdio(api.url, STREAM_MAX_RETRIES="0", STREAM_TIMEOUT="8", era=MODERN) as server:
        for tool, given in (("refund_payment", REFUND), ("create_customer", {"name": "x"})):
            field = "refund_note" if tool == "refund_payment" else "comment"
            for first in range(100, 1000, 60):
                for status in range(first, first + 60):
                    # The server holds back what may have happened already, so each refund is of another payment.
                    other = {"payment_id": str(uuid.uuid5(uuid.NAMESPACE_URL, str(status)))}
                    target = other if tool == "refund_payment" else {}
                    number = server.start_call(tool, given | target | {field: f"status-{status}"})
                    waiting[number] = (tool, status)
                for number in list(waiting):
                    tool_, status = waiting.pop(number)
                    if fault := _misjudged(status, server.wait(number)):
                        wrong.setdefault(f"{tool_}: {fault}", []).append(status)
    changes = [request for request in api.seen if b"status-" in request.body]
    trial.figures = f"{len(changes)} requests"
    trial.check(len(changes) == 1800, f"{len(changes)} requests instead of 1800")
    for fault, statuses in wrong.items():
        trial.breach(f"{fault}: {len(statuses)} statuses: {statuses[:8]}")


def _misjudged(status: int, message: dict) -> str:
    says = verdict(message)
    if status // 100 == 2:
        return "" if not failed(message) or says.made or says.unknown else "a success is denied"
    if not failed(message):
        return "becomes a success"
    if status // 100 == 4:
        return "" if says.denies or says.unknown else "says nothing of the outcome"
    if says.denies or outcome(message) == "not_done":
        return "says that nothing was changed"
    return "" if says.unknown and outcome(message) in ("unknown", "") else "does not say that it is unknown"


@attack("Broken-off, oversized and senseless answers to a change: denied, or sent twice")
def broken_answers(trial: Trial) -> None:
    for what, data in (BROKEN | SENSELESS).items():
        api = trial.raw_api(lambda *_, data=data: data)
        with trial.stdio(api.url, STREAM_TIMEOUT="8", STREAM_MAX_RETRIES="2") as server:
            message = server.wait(server.start_call("refund_payment", REFUND), 40)
            says = verdict(message)
            changes = [request for request in api.seen if not request.line.startswith("GET ")]
            trial.check(len(changes) == 1, f"{what}: {len(changes)} changes were sent")
            trial.check(not says.denies and outcome(message) != "not_done", f"{what}: denied: {says.text[-120:]}")
            if failed(message):
                certain = what in BROKEN and (says.made or says.unknown)
                trial.check(certain or says.unknown, f"{what}: says neither: {says.text[-120:]}")
            trial.check(len(says.text) < 70_000_000 and server.request("tools/list"), f"{what}: no answer after it")
        api.__exit__()
    trial.figures = f"{len(BROKEN | SENSELESS)} answers"


@attack("Errors of the API that cannot be read whole say that nothing was changed, and are believed")
def broken_errors(trial: Trial) -> None:
    cases = {"500 cut": b"HTTP/1.1 500 X\r\ncontent-length: 90\r\n\r\n{", "503 of 40 MiB": response(503, b"x" * (40 << 20)),
             "500 with gzip": response(500, gzip.compress(b"{}"), "content-encoding: gzip"),
             "504 in binary": response(504, bytes(range(256)))}
    for what, data in cases.items():
        api = trial.raw_api(lambda *_, data=data: data)
        with trial.stdio(api.url, STREAM_TIMEOUT="8") as server:
            message = server.wait(server.start_call("refund_payment", REFUND), 40)
            trial.check(verdict(message).unknown, f"{what}: {verdict(message).text[-120:]}")
            trial.check(len(api.seen) == 1, f"{what}: {len(api.seen)} requests")
            trial.check(len(verdict(message).text) < 20_000, f"{what}: {len(verdict(message).text)} characters")
        api.__exit__()


# How a client or a system ends the process: the signal, or the end of its input.
ENDS = {"end of input": None, "SIGTERM": signal.SIGTERM, "SIGINT": signal.SIGINT, "SIGHUP": signal.SIGHUP}


def end(server: Server, how: str) -> None:
    """Ends the server in one of these ways."""
    if ENDS[how] is None:
        server.end_input()
    else:
        server.process.send_signal(ENDS[how])


def register_end(how: str) -> None:
    """Two attacks for each way to end the process."""
    name = how.lower().replace(" ", "_")

    def followed(trial: Trial) -> None:
        def slow(request: Request, _):
            time.sleep(6.5)
            return response(200, b'{"id":"1"}')

        api = trial.raw_api(slow)
        server = trial.stdio(api.url, STREAM_TIMEOUT="15")
        number = server.start_call("refund_payment", REFUND)
        wait_until(lambda: bool(api.seen), 5)
        end(server, how)
        wait_until(lambda: bool(api.seen) and api.seen[0].delivered is not None, 12)
        trial.check(bool(api.seen) and api.seen[0].delivered is True, "the API's answer found nobody")
        trial.check(wait_until(lambda: server.process.poll() is not None, 10), "the process does not end")
        known = "refund_payment" in server.stderr()
        try:
            known = known or not failed(server.wait(number, 1))
        except ServerGone:
            pass
        trial.check(known, f"neither answer nor log says what became of it: {server.stderr()[-200:]!r}")

    def never_answered(trial: Trial) -> None:
        api = trial.raw_api(lambda *_: time.sleep(20))
        server = trial.stdio(api.url, STREAM_TIMEOUT="3", STREAM_MAX_RETRIES="0")
        number = server.start_call("refund_payment", REFUND)
        wait_until(lambda: bool(api.seen), 5)
        end(server, how)
        trial.check(wait_until(lambda: server.process.poll() is not None, 12), "the process does not end")
        text = server.stderr()
        try:
            text += verdict(server.wait(number, 1)).text
        except ServerGone:
            pass
        trial.check("unknown" in text.lower() and "refund_payment" in text,
                    f"nothing says that the outcome is unknown: {text[-200:]!r}")

    followed.__name__ = f"slow_change_{name}"
    never_answered.__name__ = f"lost_change_{name}"
    followed.__module__ = never_answered.__module__ = __name__
    attack(f"{how} during a slow change over stdio: the change is dropped without a word")(followed)
    attack(f"{how} while the API never answers: nothing says that the outcome is unknown")(never_answered)


for _how in ENDS:
    register_end(_how)


@attack("SIGTERM during a change over HTTP, and its time to stop ends: the client learns nothing")
def stopped_over_http(trial: Trial) -> None:
    api = trial.raw_api(lambda *_: time.sleep(8))
    with trial.serve(api.url, "--stop-timeout", "1") as server:
        replies = []
        session = server.initialize().headers.get("mcp-session-id", "")
        other = REFUND | {"payment_id": str(uuid.uuid5(uuid.NAMESPACE_URL, ID))}
        calls = [lambda: server.call("refund_payment", REFUND),
                 lambda: server.in_session(session, "tools/call", {"name": "refund_payment", "arguments": other})]
        threads = [threading.Thread(target=lambda call=call: replies.append(call())) for call in calls]
        for thread in threads:
            thread.start()
        wait_until(lambda: len(api.seen) == 2, 5)
        server.popen.send_signal(signal.SIGTERM)
        for thread in threads:
            thread.join(10)
        trial.check(len(replies) == 2, f"{len(replies)} of 2 calls were answered")
        for reply in replies:
            message = reply.json()
            trial.check(verdict(message).unknown, f"{reply.status} {reply.text[:200]!r}")
        trial.check(wait_until(lambda: not server.alive(), 6), "the process does not end")
        trial.check("refund_payment" in server.text(), "the log does not name the change")


@attack("A client that hangs up during a change over HTTP loses it")
def hung_up(trial: Trial) -> None:
    def slow(*_):
        time.sleep(1.5)
        return response(200, b'{"id":"1"}')

    api = trial.raw_api(slow)
    with trial.serve(api.url) as server:
        server.call("refund_payment", REFUND, seconds=0.5)
        wait_until(lambda: bool(api.seen) and api.seen[0].delivered is not None, 5)
        trial.check(bool(api.seen) and api.seen[0].delivered is True, "the change was dropped")
        trial.check(wait_until(lambda: "refund_payment" in server.text(), 2), "the log does not name it")


@attack("A flood of cancellations, or another caller's, drops a change")
def cancelled(trial: Trial) -> None:
    def slow(*_):
        time.sleep(1.5)
        return response(200, b'{"id":"1"}')

    api = trial.raw_api(slow)
    with trial.serve(api.url) as server:
        own = server.initialize().headers.get("mcp-session-id", "")
        foreign = server.initialize("other:caller").headers.get("mcp-session-id", "")
        replies = []
        thread = threading.Thread(target=lambda: replies.append(server.in_session(
            own, "tools/call", {"name": "refund_payment", "arguments": REFUND})))
        thread.start()
        wait_until(lambda: bool(api.seen), 5)
        cancel = {"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": 1}}
        server.post(cancel, "other:caller", mcp_session_id=foreign, mcp_protocol_version=LEGACY)
        server.post(cancel, "other:caller", mcp_session_id=own, mcp_protocol_version=LEGACY)
        server.post(cancel, None, mcp_protocol_version=LEGACY)
        thread.join(10)
        trial.check(bool(replies) and not failed(replies[0].json()) and replies[0].status == 200,
                    f"another caller ended the change: {replies[0].text[:150] if replies else 'no answer'}")
    with trial.stdio(api.url) as server:
        number = server.start_call("refund_payment", REFUND)
        wait_until(lambda: len(api.seen) == 2, 5)
        for _ in range(200):
            server.write({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": number}})
        wait_until(lambda: api.seen[-1].delivered is not None, 6)
        trial.check(api.seen[-1].delivered is True, "the owner's cancellation dropped a change on its way")


# As they stand in a message, and whether a rounding parser makes something else of them.
NUMBERS = ["100000000000000000001", "19.990000000000000001", "1e-400", "1e400", "0.1000000000000000055511151231257827",
           "9007199254740993", "9007199254740993.0", "123456789012345678.90", "-0.0000000000000000000000001", "1E+25",
           "1.00000000000000000000", "4.35", "1e2", "100.10"]


@attack("An amount of many digits is rounded on its way to the API")
def long_numbers_in_arguments(trial: Trial) -> None:
    api = trial.api(Answer({"id": "1"}))
    shapes = {"create_product": '{"name":"x","type":"ONE_OFF","price":%s,"prices":[{"currency":"SAR","amount":%s}]}',
              "create_coupon": '{"name":"x","discount_value":%s,"currency":"SAR"}',
              "create_payment_link": '{"name":"x","items":[{"product_id":"' + ID + '","quantity":1}],'
                                     '"custom_metadata":{"n":%s}}'}
    with trial.stdio(api.url) as server, trial.serve(api.url, "--rate-per-key", "0") as http:
        for number in NUMBERS:
            for tool, shape in shapes.items():
                given = shape.replace("%s", number)
                message = raw_call(server, '{"name":"%s","arguments":%s}' % (tool, given))
                _arrived_exact(trial, f"{tool} {number}", number, message, api.take())
                meta = json.dumps({"io.modelcontextprotocol/protocolVersion": MODERN,
                                   "io.modelcontextprotocol/clientCapabilities": {}})
                body = ('{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"_meta":%s,"name":"%s","arguments":%s}}'
                        % (meta, tool, given))
                reply = http.post(body.encode(), KEY_PAIR, mcp_protocol_version=MODERN, mcp_method="tools/call",
                                  mcp_name=tool)
                _arrived_exact(trial, f"{tool} {number}, HTTP", number, reply.json(), api.take())


def _arrived_exact(trial: Trial, what: str, number: str, message: dict, seen: list) -> None:
    if not message:
        trial.breach(f"{what}: no answer")
        return
    if not seen:
        trial.check(failed(message), f"{what}: no request and no error")
        return
    body = seen[0].body.decode()
    value = _exact(number)
    found = re.findall(r'(?<=[:\[,])\s*"?(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)"?(?=[,}\]])', body)
    trial.check(any(_exact(text) == value for text in found), f"{what}: arrived as {body[:150]}")


def _exact(text: str) -> Decimal:
    return Decimal(text)


def raw_call(server: Server, params: str) -> dict:
    """Calls a tool with a text of JSON as it is; the answer, or `{}` where there is none."""
    number = server.number()
    server.process.stdin.write(b'{"jsonrpc":"2.0","id":%d,"method":"tools/call","params":%s}\n' % (number, params.encode()))
    try:
        return server.wait_any((number, None), 5)
    except ServerGone:
        return {}


@attack("An amount of many digits is rounded on its way to the agent")
def long_numbers_in_answers(trial: Trial) -> None:
    body = "{" + ",".join(f'"n{at}":{number}' for at, number in enumerate(NUMBERS)) + "}"
    api = trial.api(Answer(body.encode()))
    with trial.stdio(api.url) as server:
        message = server.wait(server.start_call("get_payment", {"payment_id": ID}))
        raw = json.loads(server.lines[-1], parse_float=str, parse_int=str)
    if failed(message):
        trial.breach(f"the answer was refused: {result_text(message)[:150]}")
        return
    structured = raw["result"].get("structuredContent") or {}
    for at, number in enumerate(NUMBERS):
        got = structured.get(f"n{at}")
        try:
            same = got is not None and _exact(str(got)) == _exact(number)
        except ArithmeticError:
            same = False
        trial.check(same, f"structuredContent: {number} became {got}")
        trial.check(number in result_text(message), f"the text lacks {number}")


@attack("Duplicate members make the client's view of a change differ from what is sent")
def duplicate_members(trial: Trial) -> None:
    api = trial.api(Answer({"id": "1"}))
    other = ID.replace("3f2b", "aaaa")
    lines = {
        "two arguments": '{"name":"refund_payment","arguments":{"payment_id":"%s","payment_id":"%s","refund_reason":"OTHER"}}',
        "two names": '{"name":"get_payment","name":"refund_payment","arguments":{"payment_id":"%s","refund_reason":"OTHER"}}',
        "two argument objects": '{"name":"refund_payment","arguments":{"payment_id":"%s","refund_reason":"OTHER"},'
                                '"arguments":{"payment_id":"%s","refund_reason":"OTHER"}}',
        "a name in another spelling": '{"n\\u0061me":"refund_payment","name":"get_payment","arguments":{"payment_id":"%s"}}',
    }
    with trial.stdio(api.url) as server:
        for what, line in lines.items():
            filled = line.replace("%s", ID, 1).replace("%s", other)
            message = raw_call(server, filled)
            seen = api.take()
            wanted = json.loads(filled)  # As most parsers read it: the last one counts.
            if seen:
                path = seen[0].target
                trial.check(wanted["arguments"]["payment_id"] in path, f"{what}: {seen[0].method} {path}")
                trial.check(("refund" in path) == (wanted["name"] == "refund_payment"), f"{what}: {path}")
            else:
                trial.check(failed(message), f"{what}: no request and no error")


@attack("A tool that changes something runs on a read-only server or request, or outside its toolsets")
def read_only(trial: Trial) -> None:
    api = trial.api(Answer({"id": "1"}))
    with trial.serve(api.url, "--read-only") as server, trial.serve(api.url) as open_server:
        session = server.initialize().headers.get("mcp-session-id", "")
        server.call("refund_payment", REFUND, x_stream_readonly="false")
        server.call("refund_payment", REFUND, x_stream_toolsets="payments,all")
        server.in_session(session, "tools/call", {"name": "refund_payment", "arguments": REFUND})
        for name in ("REFUND_PAYMENT", "refund_payment ", "refund_payment\0", "Refund_Payment"):
            server.call(name.strip("\0 "), REFUND)
            server.in_session(session, "tools/call", {"name": name, "arguments": REFUND})
        open_server.call("refund_payment", REFUND, x_stream_readonly="true")
        open_server.call("refund_payment", REFUND, x_stream_readonly="TRUE")
        open_server.call("refund_payment", REFUND, x_stream_readonly="1")
        open_server.call("refund_payment", REFUND, x_stream_toolsets="docs")
        for seen in api.take():
            trial.breach(f"{seen.method} {seen.target} was sent")
        twice = open_server.head_and_body({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {
            "name": "refund_payment", "arguments": REFUND}}, mcp_session_id=open_server.initialize().headers.get(
                "mcp-session-id", ""), mcp_protocol_version=LEGACY)
        for pair in ((b"true", b"false"), (b"false", b"true")):
            head = b"".join(b"x-stream-readonly: %s\r\n" % value for value in pair)
            open_server.send(twice.replace(b"connection: close\r\n", head + b"connection: close\r\n"))
        for seen in api.take():
            trial.breach(f"two contradicting X-Stream-Readonly headers: {seen.method} {seen.target} was sent")


@attack("The message asks for a change while its headers name a read")
def headers_and_body(trial: Trial) -> None:
    api = trial.api(Answer({"id": "1"}))
    with trial.serve(api.url) as server:
        reply = server.call("refund_payment", REFUND, mcp_name="get_payment")
        server.call("refund_payment", REFUND, mcp_method="tools/list")
        server.call("refund_payment", REFUND, mcp_method="ping", mcp_name="x")
        trial.check(reply.status in (200, 400), f"status {reply.status}")
        for seen in api.take():
            trial.breach(f"{seen.method} {seen.target} was sent")
