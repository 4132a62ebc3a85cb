"""Keys and personal data: nothing that the API, a client or a setting does brings them to light."""

import base64
import html
import json
import re
import threading
import time
import urllib.parse

from ground import ID, KEY_PAIR, MODERN, Answer, Trial, attack, result_text
from stdio import ServerGone

# Its base64 holds all characters that other encodings change: + / and =.
PAIR = "atkKey~Qm2Zx9>Kp?Lw7:atkSecret~Vw4>Rt8?Ns1~~Bd6>>"
ENCODED = base64.b64encode(PAIR.encode()).decode()
assert {"+", "/", "="} <= set(ENCODED) and ":" in PAIR
SECRET = PAIR.partition(":")[2]
# Personal data as it stands in calls and answers.
PRIVATE = {"IBAN": "SA0380000000608010167519", "phone": "+966501234567", "name": "Noura Alqahtani",
           "email": "noura.private@example.com", "national id": "1098765432"}
# So many characters of a key in a row count as a leak.
WINDOW = 10


def every(text: str, each) -> str:
    """Each character in another form."""
    return "".join(each(character) for character in text)


FORMS = {
    "as it is": lambda key: key,
    "JSON with \\/": lambda key: key.replace("/", "\\/"),
    "JSON with \\u00xx": lambda key: every(key, lambda c: f"\\u{ord(c):04x}"),
    "JSON with \\u00XX for some": lambda key: every(key, lambda c: c if c.isalnum() else f"\\u{ord(c):04X}"),
    "JSON in a JSON text": lambda key: every(key, lambda c: c if c.isalnum() else f"\\\\u{ord(c):04x}"),
    "named HTML entities": lambda key: html.escape(key).replace("=", "&equals;").replace("+", "&plus;"),
    "decimal HTML entities": lambda key: every(key, lambda c: f"&#{ord(c)};"),
    "hexadecimal HTML entities": lambda key: every(key, lambda c: f"&#x{ord(c):X};"),
    "percent-encoding": lambda key: urllib.parse.quote(key, safe=""),
    "percent-encoding of everything": lambda key: every(key, lambda c: f"%{ord(c):02x}"),
    "percent-encoding, twice": lambda key: urllib.parse.quote(urllib.parse.quote(key, safe=""), safe=""),
    "URL-safe base64": lambda key: key.replace("+", "-").replace("/", "_"),
    "unpadded base64": lambda key: key.rstrip("="),
    "URL-safe and unpadded": lambda key: key.replace("+", "-").replace("/", "_").rstrip("="),
    "the first 24 characters": lambda key: key[:24] + "...",
    "the last 24 characters": lambda key: "..." + key[-24:],
    "broken into lines": lambda key: "\\n".join(key[at:at + 16] for at in range(0, len(key), 16)),
    "in quotation marks": lambda key: f"'{key}'",
    "as a header": lambda key: f"x-api-key: {key}\\r\\nhost: x",
}


CALLS = {"get_account": {}, "refund_payment": {"payment_id": ID, "refund_reason": "OTHER"}}


def bodies(text: str):
    """Where an answer can hold the text: (what, status, headers, body)."""
    quoted = f'"{text}"'.encode()
    yield "a message", 401, {}, b'{"error":{"code":"X","message":' + quoted + b"}}"
    yield "a code", 400, {}, b'{"error":{"code":' + quoted + b',"message":"m"}}'
    yield "a validation fault", 422, {}, b'{"detail":[{"loc":["body",' + quoted + b'],"msg":' + quoted + b"}]}"
    yield "additional information", 400, {}, b'{"error":{"code":"X","additional_info":{"got":' + quoted + b"}}}"
    yield "a member's name", 400, {}, b"{" + quoted + b":1}"
    yield "text", 403, {"content-type": "text/html"}, b"<p>" + text.encode() + b"</p>"
    yield "text beside an invalid byte", 502, {}, b"\xff " + text.encode() + b" \xfe"
    yield "an invalid byte in JSON", 400, {}, b'{"error":{"message":"\xff' + text.encode() + b'"}}'
    yield "a success", 200, {}, b'{"id":"1","headers":{"x-api-key":' + quoted + b"}}"
    yield "a member's name of a success", 200, {}, b'{"id":"1",' + quoted + b":1}"
    yield "a success that is no JSON", 200, {}, text.encode()
    if "\\" not in text and text.isascii():
        yield "x-request-id", 500, {"x-request-id": text}, b"{}"
        yield "x-request-id of a success", 200, {"x-request-id": text}, b'{"id":"1"}'
        yield "a redirect", 302, {"location": f"https://evil.example/{text}"}, b"{}"
        yield "a content type", 200, {"content-type": text}, b"x"


def plain(text: str) -> str:
    """What a text says once the usual encodings are taken off, as often as they were put on."""
    for _ in range(4):
        before = text
        text = re.sub(r"\\+u\{?([0-9a-fA-F]{2,4})\}?", lambda hit: chr(int(hit[1], 16)), text)
        text = html.unescape(urllib.parse.unquote(text))
        text = re.sub(r"(\\+[rnt]|[\r\n])", "", text).replace("\\", "")
        if text == before:
            break
    return text.replace("-", "+").replace("_", "/")


def leaks(text: str, *secrets: str) -> list[str]:
    """The pieces of these secrets in a text, in whatever spelling."""
    pieces = {secret[at:at + WINDOW] for secret in secrets for at in range(len(secret) - WINDOW + 1)}
    spelled = (text, plain(text))
    return sorted(piece for piece in pieces if any(piece in one for one in spelled))


def echo(trial: Trial, form: str, keep, pair: str, secrets: list[str]) -> None:
    """Lets the API answer a read and a change with a form of the key in every place."""
    current = {"answer": Answer({})}
    api = trial.api(lambda _: current["answer"])
    calls = 0
    with trial.stdio(api.url, key=pair, era=MODERN, RUST_LOG="trace", STREAM_MAX_RETRIES="0") as server:
        logged = 0
        for secret in secrets:
            for where, status, headers, body in bodies(keep(secret)):
                current["answer"] = Answer(body, status, headers)
                for tool, given in CALLS.items():
                    calls += 1
                    message = server.wait(server.start_call(tool, given))
                    log = server.stderr()
                    shown = {"result": server.lines[-1].decode(errors="replace") + result_text(message),
                             "log": log[logged:]}
                    logged = len(log)
                    for name, text in shown.items():
                        if hits := leaks(text, *secrets):
                            trial.breach(f"in {where}: the {name} shows {hits[0]!r}")
    trial.figures = f"{calls} calls"


def register(form: str, keep) -> None:
    """One attack for each form."""

    def run(trial: Trial) -> None:
        echo(trial, form, keep, PAIR, [ENCODED, PAIR, SECRET])

    run.__name__ = "echo_" + re.sub(r"\W+", "_", form.lower()).strip("_")
    run.__module__ = __name__
    attack(f"The API repeats the key: {form}")(run)


for _form, _keep in FORMS.items():
    register(_form, _keep)


@attack("A key of unusual form stops the server, or does not reach the API as it is")
def unusual_forms(trial: Trial) -> None:
    forms = ["sk_live_51Hq2Zx9KpLw7Vw4Rt8Ns1", "pk.test-abc~def", "a" * 300, "key:with:many:colons:in:it",
             "not/base64+at=all!", "{json}", "0123456789", "Bearer-like_but.not"]
    for key in forms:
        api = trial.api(Answer({"error": {"code": "X", "message": f"bad key {key}"}}, status=401))
        try:
            with trial.stdio(api.url, key=key, RUST_LOG="trace") as server:
                outcome = server.call("get_account", {})
                log = server.stderr()
        except ServerGone as gone:
            trial.breach(f"{key[:20]}: the server does not start: {str(gone)[:120]}")
            continue
        given = {value for seen in api.seen for value in seen.header("x-api-key")}
        right = {key, base64.b64encode(key.encode()).decode()} if ":" in key else {key}
        trial.check(bool(given) and given <= right, f"{key[:20]}: the API got {sorted(given)}")
        trial.check(not leaks(outcome.text + log, key), f"{key[:20]}: the key shows")
    with trial.serve((api := trial.api(Answer({"id": "1"}))).url) as server:
        for key in forms:
            reply = server.call("get_account", {}, key)
            trial.check(reply.status == 200, f"over HTTP, {key[:20]}: {reply.status} {reply.text[:100]}")
        trial.check(len(api.seen) == len(forms), f"{len(api.seen)} of {len(forms)} requests reached the API")


@attack("A key with line breaks, NUL or control characters adds a header or shows in the error")
def unsafe_keys(trial: Trial) -> None:
    api = trial.api(Answer({"id": "1"}))
    for key in ("hushA1b2C3d4:x\r\nx-evil: 1", "hushA1b2C3d4\x7f:secret", "hushA1b2C3d4:\u00fc\u0651\u202e",
                "aHVzaEExYjJDM2Q0OngKeC1ldmlsOiAx", "hushA1b2C3d4 :\tb c"):
        try:
            with trial.stdio(api.url, key=key, RUST_LOG="trace") as server:
                text = server.call("get_account", {}).text + server.stderr()
        except ServerGone as gone:
            text = str(gone)
        trial.check(not leaks(text, "hushA1b2C3d4", "aHVzaEExYjJDM2Q0"), f"{key!r}: shown: {text[-200:]}")
    for seen in api.seen:
        trial.check(not seen.header("x-evil"), "a key added a header")
        trial.check(len(seen.header("x-api-key")) == 1, "more than one x-api-key arrived")


@attack("Personal data, keys, session ids and passwords of addresses reach the log at `trace`")
def trace_log(trial: Trial) -> None:
    answer = {"id": ID, "data": [PRIVATE | {"card": "4111111111111111"}], **PRIVATE}
    statuses = iter(range(10**6))

    def reply(seen):
        number = next(statuses)
        if number % 4 == 3:
            return Answer({"error": {"code": "X", "message": f"{PRIVATE['name']} {PRIVATE['IBAN']}"}}, status=422)
        return Answer(answer) if number % 4 else Answer(json.dumps(answer).encode()[:-3])

    api = trial.api(reply)
    otlp = trial.api(Answer({}))
    with_password = otlp.url.replace("http://", "http://collector:OtlpPassw0rdSecret@")
    given = {"name": PRIVATE["name"], "phone_number": PRIVATE["phone"], "email": PRIVATE["email"],
             "iban": PRIVATE["IBAN"], "comment": PRIVATE["national id"]}
    with trial.serve(api.url, "--otlp", with_password, RUST_LOG="trace", RUST_BACKTRACE="1",
                     STREAM_DOCS_URL=api.url) as server:
        opened = server.initialize(PAIR)
        session = opened.headers.get("mcp-session-id", "")
        server.post({"jsonrpc": "2.0", "method": "notifications/initialized"}, PAIR, mcp_session_id=session)
        for _ in range(3):
            server.in_session(session, "tools/call", {"name": "create_customer", "arguments": given}, PAIR)
            server.call("create_customer", given, PAIR)
            server.call("list_customers", {"search_term": PRIVATE["name"]}, PAIR)
            server.call("create_customer", given | {"iban": [PRIVATE["IBAN"]], PRIVATE["phone"]: 1}, PAIR)
        server.call("list_stream_docs", {}, PAIR)
        server.call("get_stream_doc", {"slug": PRIVATE["email"]}, PAIR)
        server.in_session(session, "tools/call", {"name": PRIVATE["IBAN"], "arguments": {}}, PAIR)
        server.post(json.dumps({"jsonrpc": "2.0", "id": 1, "method": PRIVATE["phone"]}).encode()[:-2], PAIR)
        other = server.in_session(session, "tools/list", {}, KEY_PAIR)
        trial.check(other.status == 404, f"a session with another key: {other.status}")
        for target in (f"/mcp/{ENCODED}", f"/mcp?key={ENCODED}", f"/{PAIR}", f"/healthz?{SECRET}"):
            line = f"GET {urllib.parse.quote(target, safe='/?=+~:>')} HTTP/1.1\r\nhost: localhost\r\n"
            server.send((line + "connection: close\r\n\r\n").encode())
        for name in ("X-Api-Key", "Cookie", "Proxy-Authorization"):
            server.call("get_account", {}, PAIR, **{name: f"Basic {ENCODED}"})
        server.call("get_account", {}, PAIR, origin=f"https://{SECRET[:9]}.example/{ENCODED}", host=SECRET)
        server.post({"jsonrpc": "2.0", "id": 1, "method": "ping"}, None, authorization=f"Digest {ENCODED}")
        time.sleep(0.5)
        log = server.text()
    trial.figures = f"{len(log) // 1024} KiB of log"
    trial.check(len(log) > 5_000, "hardly anything was logged, so nothing was looked at")
    for piece in leaks(log, ENCODED, PAIR)[:2]:
        trial.breach(f"a piece of the key: {piece!r}: {around(log, piece)}")
    secrets = PRIVATE | {"card": "4111111111111111", "password of the collector": "OtlpPassw0rdSecret"}
    for what, value in secrets.items():
        trial.check(value not in plain(log).replace("+", "-") and value not in log,
                    f"{what}: {around(log, value)}")
    trial.check(not session or session not in log, f"the session's id: {around(log, session)}")
    trial.check(all("Secret" not in seen.target for seen in otlp.seen), "the password went into the path")


def around(log: str, piece: str) -> str:
    """The piece with what stands before it."""
    at = log.find(piece)
    return log[max(0, at - 120):at + len(piece)].replace("\n", " ") if at >= 0 else "in another spelling"


@attack("The password of the Redis, the base address or the collector shows when they fail")
def passwords_in_errors(trial: Trial) -> None:
    word = "hushPassw0rdOfRedis"
    cases = {"STREAM_STATE": f"redis://u:{word}@127.0.0.1:1", "STREAM_BASE_URL": f"http://u:{word}@127.0.0.1:1",
             "STREAM_DOCS_URL": f"http://u:{word}@127.0.0.1:1", "OTEL_EXPORTER_OTLP_ENDPOINT": f"gopher://u:{word}@x",
             "STREAM_TLS_KEY": f"/{word}", "STREAM_BRANCH_ID": word, "STREAM_TIMEOUT": word,
             "STREAM_ALLOWED_HOSTS": f"https://u:{word}@x"}
    for name, value in cases.items():
        if name == "STREAM_TLS_KEY":
            continue  # A path is no secret, and the error has to name it.
        done = trial.run("serve", "--http", "127.0.0.1:0", seconds=4, key=None,
                         **{"RUST_LOG": "debug", name: value})
        trial.check(word not in done.stderr + done.stdout, f"{name}: {around(done.stderr, word)}")


@attack("The program accepts the key as a flag, where other users of the machine can read it")
def key_as_flag(trial: Trial) -> None:
    for flag in ("--api-key", "--key", "--stream-api-key"):
        done = trial.run(flag, PAIR, "stdio", seconds=5)
        trial.check(done.returncode not in (0, 124), f"{flag} is accepted")


@attack("One caller's key serves another: pools, sessions, caches, 400 calls at once")
def mixed_keys(trial: Trial) -> None:
    api = trial.api(lambda seen: Answer({"id": "1", "seen": seen.header("x-request-id")}))
    wrong: list[str] = []
    with trial.serve(api.url, "--rate-per-address", "0", "--rate-per-key", "0") as server:

        def calls(number: int) -> None:
            for turn in range(20):
                name = f"caller{number:02}-{turn}"
                reply = server.call("get_account", {}, f"caller{number:02}:secret", x_request_id=name)
                if reply.status != 200:
                    wrong.append(f"{name}: {reply.status}")

        threads = [threading.Thread(target=calls, args=(number,)) for number in range(20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    for seen in api.seen:
        owner = base64.b64decode(seen.header("x-api-key")[0]).decode().partition(":")[0]
        if not seen.header("x-request-id")[0].startswith(owner):
            wrong.append(f"{seen.header('x-request-id')} came with the key of {owner}")
    trial.figures = f"{len(api.seen)} requests"
    for text in wrong[:5]:
        trial.breach(text)
