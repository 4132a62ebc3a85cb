"""The simulator: a page of another site, a foreign name, another user of the machine."""

import json
import os
import stat

from ground import Trial, attack, exchange

FOREIGN_HOSTS = ("evil.example", "rebound.evil.example:8787", "localhost.evil.example", "127.0.0.1.nip.io", "10.0.0.1", "")


def ask(port: int, line: str, host: str, *headers: str, body: bytes = b""):
    """One request."""
    lines = [line + " HTTP/1.1", f"host: {host}", "connection: close", f"content-length: {len(body)}", *headers]
    return exchange(port, "\r\n".join(lines).encode() + b"\r\n\r\n" + body, seconds=5)


@attack("A page under a rebound name reads the console with its key, or calls the API")
def rebound_name(trial: Trial) -> None:
    sandbox = trial.sandbox("--seed", "demo")
    for host in FOREIGN_HOSTS:
        for target in ("/_sandbox", "/_sandbox/state", "/_sandbox/requests", "/_sandbox/webhooks", "/api/v2/payments", "/"):
            reply = ask(sandbox.port, f"GET {target}", host, f"x-api-key: {sandbox.key}")
            trial.check(reply.status in (400, 403, 421), f"Host {host!r}, {target}: {reply.status}")
            trial.check(sandbox.key not in reply.text, f"Host {host!r}, {target}: the key shows")


@attack("A page under a rebound name, or of another site, steers the simulator")
def steered_from_outside(trial: Trial) -> None:
    sandbox = trial.sandbox("--seed", "demo")
    local = f"127.0.0.1:{sandbox.port}"
    before = ask(sandbox.port, "GET /_sandbox/state", local).text
    acts = {"reset": ("POST /_sandbox/reset", b"{}"), "clock": ("POST /_sandbox/clock", b'{"advance":"P1D"}'),
            "organization": ("POST /_sandbox/organizations", b'{"name":"x"}'), "key": ("POST /_sandbox/keys", b"{}"),
            "webhook": ("POST /_sandbox/webhooks", b'{"url":"http://127.0.0.1:1"}'),
            "fault": ("POST /_sandbox/faults", b'{"fault":{"kind":"cut-before"}}'), "requests": ("DELETE /_sandbox/requests", b"")}
    for what, (line, body) in acts.items():
        for host, *headers in ((local, "origin: https://evil.example"), (local, "origin: null"), ("evil.example",),
                               ("evil.example", "origin: http://evil.example"), (local, "sec-fetch-site: cross-site"),
                               (local, f"origin: http://localhost.evil.example:{sandbox.port}")):
            reply = ask(sandbox.port, line, host, "content-type: application/json", *headers, body=body)
            trial.check(reply.status in (400, 403, 421), f"{what}, {host} {headers}: {reply.status}")
    after = ask(sandbox.port, "GET /_sandbox/state", local).text
    trial.check(_numbers(before) == _numbers(after), f"the state changed from {before[:150]} to {after[:150]}")


def _numbers(text: str) -> dict:
    state = json.loads(text)
    return {name: value for name, value in state.items() if isinstance(value, int)}


@attack("A form of another site, or a text with a script, acts on the console or the checkout")
def forms(trial: Trial) -> None:
    sandbox = trial.sandbox("--seed", "demo")
    local = f"127.0.0.1:{sandbox.port}"
    script = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
    reply = ask(sandbox.port, "POST /api/v2/products", local, f"x-api-key: {sandbox.key}", "content-type: application/json",
                body=json.dumps({"name": script, "description": script, "type": "ONE_OFF", "price": "10.00", "currency": "SAR"}).encode())
    product = json.loads(reply.text or "{}").get("id")
    link = ask(sandbox.port, "POST /api/v2/payment_links", local, f"x-api-key: {sandbox.key}", "content-type: application/json",
               body=json.dumps({"name": script, "description": script, "items": [{"product_id": product, "quantity": 1}],
                                "success_redirect_url": "javascript:alert(1)"}).encode())
    bad = ask(sandbox.port, "POST /api/v2/payment_links", local, f"x-api-key: {sandbox.key}", "content-type: application/json",
              body=json.dumps({"name": "x", "items": [{"product_id": product, "quantity": 1}]}).encode())
    url = json.loads((bad.text if link.status >= 400 else link.text) or "{}").get("url", "")
    target = "/" + url.partition("://")[2].partition("/")[2] if url else "/_sandbox"
    for page in ("/_sandbox", target):
        shown = ask(sandbox.port, f"GET {page}", local)
        trial.check("<script>alert" not in shown.text and "<img src=x" not in shown.text, f"{page}: the script stands in the page")
        trial.check("javascript:alert" not in shown.text, f"{page}: a javascript: address stands in the page")
        policy = shown.headers.get("content-security-policy", "")
        trial.check("default-src" in policy or "script-src" in policy, f"{page}: no content security policy")
    reply = ask(sandbox.port, f"POST {target}", local, "origin: https://evil.example",
                "content-type: application/x-www-form-urlencoded", body=b"card=4111111111111111")
    trial.check(reply.status in (400, 403, 404, 405, 421), f"a foreign form pays: {reply.status}")


@attack("Other users of the machine read the simulator's data file, with keys and customers")
def data_file(trial: Trial) -> None:
    folder = trial.fresh_folder("data")
    before = os.umask(0)
    try:
        sandbox = trial.sandbox("--seed", "demo", "--data", str(folder / "data.sqlite"))
        ask(sandbox.port, "GET /api/v2/payments", f"127.0.0.1:{sandbox.port}", f"x-api-key: {sandbox.key}")
    finally:
        os.umask(before)
    for file in folder.iterdir():
        mode = stat.S_IMODE(file.stat().st_mode)
        trial.check(mode & 0o077 == 0, f"{file.name} has mode {mode:o}")


@attack("Requests that are no HTTP, huge or endless end the simulator")
def broken_requests(trial: Trial) -> None:
    sandbox = trial.sandbox()
    local = f"127.0.0.1:{sandbox.port}"
    for body in (b"[" * 100_000, b'{"a":' * 50_000, b"\xff" * 1000, b'{"name":"' + b"x" * 900_000 + b'"}', b'{"price":1e999999}',
                 b'{"name":"x","price":"' + b"9" * 10_000 + b'"}', b'{"name":"\\ud800"}', b"null"):
        reply = ask(sandbox.port, "POST /api/v2/products", local, f"x-api-key: {sandbox.key}", "content-type: application/json", body=body)
        trial.check(reply.status and reply.status < 500, f"{body[:20]!r}: {reply.status}")
    for line in ("GET /api/v2/payments/..%2f..%2f", "GET /%00", "GET /_sandbox/../../etc/passwd", "GET /api/v2/payments?limit=99999999999999999999",
                 "GET /api/v2/payments?page=-1&limit=0", "PATCH /api/v2/products/%ff"):
        reply = ask(sandbox.port, line, local, f"x-api-key: {sandbox.key}")
        trial.check(reply.status < 500 and "root:" not in reply.text, f"{line}: {reply.status}")
    for body in (b'{"advance":"P9999Y"}', b'{"advance":"-P1D"}', b'{"to":"9999-99-99T00:00:00Z"}', b'{"advance":"PT1000000000H"}'):
        reply = ask(sandbox.port, "POST /_sandbox/clock", local, "content-type: application/json", body=body)
        trial.check(400 <= reply.status < 500, f"{body}: {reply.status}")
    trial.check(ask(sandbox.port, "GET /_sandbox/state", local).status == 200, "the simulator no longer answers")


@attack("`stream-mcp --sandbox` lets a rebound page read its console")
def embedded(trial: Trial) -> None:
    import re

    with trial.stdio("unused", "--sandbox", key=None, STREAM_BASE_URL=None) as server:
        server.request("tools/list")
        found = re.search(r"http://127\.0\.0\.1:(\d+)/_sandbox", server.stderr())
        if not found:
            trial.breach(f"no address of the console on stderr: {server.stderr()[:200]}")
            return
        port = int(found[1])
        for host in FOREIGN_HOSTS:
            reply = ask(port, "GET /_sandbox", host)
            trial.check(reply.status in (400, 403, 421), f"Host {host!r}: {reply.status}")
