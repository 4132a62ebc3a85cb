"""The HTTP side: names, origins, sessions, smuggling, and forms that servers tend to read differently."""

import json
import re
import shutil
import time
from pathlib import Path

from ground import (ID, KEY, KEY_PAIR, LEGACY, OWNER_PAIR, Answer, Serve, Skip, Trial, attack, exchange, free_port,
                    modern, modern_headers, wait_until)
from install import ROOT

CALL = ("get_payment", {"payment_id": ID})


def served(trial: Trial, *flags: str, **env: str):
    """A server with an API behind it."""
    api = trial.api(Answer({"id": "1"}))
    return api, trial.serve(api.url, *flags, **env)


@attack("A rebound name or a forged Host header is served")
def hosts(trial: Trial) -> None:
    api, server = served(trial)
    for host in ("evil.example", "localhost.evil.example", "127.0.0.1.nip.io", "127.0.0.2", "localhost@evil.example",
                 "evil.example#localhost", "localhost:80:80", "localhost:99999", "localhost:", "[::1", "::1", "",
                 "localhost\t", "localhost,evil.example", "0.0.0.0", "0", "2130706433", "0x7f000001", "127.1", "localhost%00",
                 "[::ffff:127.0.0.1]", "localhost/../evil", "LOCALHOST.", "localhost..", "xn--localhost-", "ⓛocalhost"):
        reply = server.call(*CALL, host=host)
        if host in ("LOCALHOST.", "localhost\t", "localhost:"):
            continue  # Other spellings of an allowed name, which lead nowhere else.
        trial.check(reply.status in (400, 403, 404), f"Host {host!r}: {reply.status}")
    raw = server.head_and_body(modern("tools/call", {"name": CALL[0], "arguments": CALL[1]}),
                               **modern_headers("tools/call", CALL[0]))
    variants = {
        "no Host": re.sub(rb"host: [^\r]*\r\n", b"", raw),
        "two Hosts": raw.replace(b"content-type", b"host: evil.example\r\ncontent-type", 1),
        "two Hosts, the good one last": raw.replace(b"host: ", b"host: evil.example\r\nhost: ", 1),
        "a foreign absolute address": raw.replace(b"POST /mcp", b"POST http://evil.example/mcp", 1),
        "HTTP/1.0 without Host": re.sub(rb"host: [^\r]*\r\n", b"", raw).replace(b"HTTP/1.1", b"HTTP/1.0", 1),
        "a folded header": raw.replace(b"host: ", b"host:\r\n evil.example ", 1),
        "a space before the colon": raw.replace(b"host: ", b"host : ", 1),
    }
    for what, data in variants.items():
        reply = server.send(data)
        trial.check(reply.status in (0, 400, 403), f"{what}: {reply.status}")
    for seen in api.take():
        if seen:
            trial.figures = "allowed spellings of localhost were served"


@attack("A foreign web page uses the server: Origin, preflight, readable answers")
def origins(trial: Trial) -> None:
    api, server = served(trial)
    for origin in ("https://evil.example", "null", "http://localhost.evil.example", "file://", "http://127.0.0.1.evil.example",
                   "https://localhost@evil.example", "chrome-extension://abc", "http://localhost:80:80", "",
                   "http://localhost\thttp://evil.example", "HTTP://EVIL.EXAMPLE", "http://[::1].evil.example"):
        reply = server.call(*CALL, origin=origin)
        trial.check(reply.status in (400, 403), f"Origin {origin!r}: {reply.status}")
        trial.check("access-control-allow-origin" not in reply.headers, f"Origin {origin!r} may read the answer")
        head = (f"OPTIONS /mcp HTTP/1.1\r\nhost: localhost\r\norigin: {origin}\r\n"
                "access-control-request-method: POST\r\nconnection: close\r\n\r\n")
        reply = server.send(head.encode())
        trial.check("access-control-allow-origin" not in reply.headers, f"the preflight of {origin!r} is granted")
    two = server.head_and_body(modern("tools/call", {"name": CALL[0], "arguments": CALL[1]}),
                               **modern_headers("tools/call", CALL[0]))
    for pair in (("http://localhost", "https://evil.example"), ("https://evil.example", "http://localhost")):
        lines = "".join(f"origin: {origin}\r\n" for origin in pair).encode()
        reply = server.send(two.replace(b"content-type", lines + b"content-type", 1))
        trial.check(reply.status in (400, 403), f"two origins: {reply.status}")
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"):
        # What a form of a page can send without a preflight.
        reply = server.call(*CALL, content_type=kind)
        trial.check(reply.status in (400, 403, 415), f"{kind}: {reply.status}")
    for seen in api.take():
        trial.breach(f"{seen.method} {seen.target} was sent")


@attack("A session is used with another key, a forged or altered id, or after its end")
def sessions(trial: Trial) -> None:
    api, server = served(trial)
    own = server.initialize("alice:one").headers["mcp-session-id"]
    keyless = server.initialize(None).headers["mcp-session-id"]
    call = {"name": CALL[0], "arguments": CALL[1]}
    forged = [own[:-1] + ("0" if own[-1] != "0" else "1"), "0" * 64, own.upper() if own.upper() != own else own + "0", own + own,
              own[:32], keyless[:32] + own[32:], own[:32] + keyless[32:], "../" + own, own + "%00", f"{own}, {own}", "*", ""]
    for session in [own, *forged]:
        for key in ("mallory:two", None):
            reply = server.in_session(session, "tools/call", call, key)
            trial.check(reply.status in (400, 401, 404, 422), f"{key}, {session[:12]}…: {reply.status}")
            stream = server.send((f"GET /mcp HTTP/1.1\r\nhost: localhost\r\nmcp-session-id: {session}\r\naccept: "
                                  f"text/event-stream\r\nconnection: close\r\n"
                                  + (f"authorization: Bearer {key}\r\n" if key else "") + "\r\n").encode(), seconds=1)
            trial.check(stream.status != 200, f"the stream of {session[:12]}… opens for {key}")
            if session == own:
                server.send((f"DELETE /mcp HTTP/1.1\r\nhost: localhost\r\nmcp-session-id: {session}\r\nconnection: close\r\n"
                             + (f"authorization: Bearer {key}\r\n" if key else "") + "\r\n").encode())
    for session in forged[1:]:
        reply = server.in_session(session, "tools/call", call, "alice:one")
        trial.check(reply.status in (400, 404, 422), f"alice with a forged id: {reply.status}")
    for seen in api.take():
        trial.breach(f"{seen.method} {seen.target} was sent with {seen.header('x-api-key')}")
    trial.check(server.in_session(own, "tools/call", call, "alice:one").status == 200, "a stranger ended the session")
    server.send((f"DELETE /mcp HTTP/1.1\r\nhost: localhost\r\nmcp-session-id: {own}\r\nauthorization: Bearer alice:one\r\n"
                 "connection: close\r\n\r\n").encode())
    trial.check(server.in_session(own, "tools/call", call, "alice:one").status == 404, "an ended session goes on")
    chosen = "0123456789abcdef" * 4
    message = {"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": {
        "protocolVersion": LEGACY, "capabilities": {}, "clientInfo": {"name": "x", "version": "1"}}}
    fixed = server.post(message, "mallory:two", mcp_session_id=chosen)
    trial.check(fixed.headers.get("mcp-session-id") != chosen, "a client may choose the id of its session")
    reply = server.in_session(chosen, "tools/call", call, "alice:one")
    trial.check(reply.status == 404, f"a chosen id is a session: {reply.status}")
    ids = {server.initialize("alice:one").headers["mcp-session-id"] for _ in range(20)}
    trial.check(len(ids) == 20 and all(len(one) >= 32 for one in ids), "ids repeat or are short")


@attack("Messages that are no MCP end the server, or are answered with 5xx")
def malformed(trial: Trial) -> None:
    api, server = served(trial)
    deep = b'{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"get_payment","arguments":'
    bodies = {
        "nothing": b"", "a number": b"1", "null": b"null", "a text": b'"x"', "a list": b"[]", "a batch": json.dumps(
            [modern("tools/call", {"name": CALL[0], "arguments": CALL[1]})] * 2).encode(),
        "half": b'{"jsonrpc":"2.0",', "NUL": b"\0" * 50, "no UTF-8": b'{"jsonrpc":"2.0","id":"\xff"}',
        "UTF-16": '{"jsonrpc":"2.0","id":1,"method":"ping"}'.encode("utf-16"), "a byte order mark": b"\xef\xbb\xbf{}",
        "depth": b"[" * 100_000, "depth in arguments": deep + b"[" * 50_000 + b"]" * 50_000 + b"}}",
        "depth of objects": deep + b'{"a":' * 50_000 + b"1" + b"}" * 50_000 + b"}}",
        "a huge number": b'{"jsonrpc":"2.0","id":' + b"9" * 100_000 + b',"method":"ping"}',
        "a huge exponent": b'{"jsonrpc":"2.0","id":1e999999999,"method":"ping"}',
        "a huge id": b'{"jsonrpc":"2.0","id":"' + b"x" * 900_000 + b'","method":"ping"}',
        "an object as id": b'{"jsonrpc":"2.0","id":{"a":1},"method":"ping"}', "a wrong version": b'{"jsonrpc":"1.0","id":1,"method":"ping"}',
        "an answer": b'{"jsonrpc":"2.0","id":1,"result":{}}', "an error": b'{"jsonrpc":"2.0","id":1,"error":{"code":1,"message":"x"}}',
        "a lone surrogate": b'{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"\\ud800","arguments":{}}}',
        "arguments as a list": b'{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"get_payment","arguments":[]}}',
        "a text of JSON, deep": json.dumps(modern("tools/call", {"name": "create_payment_link", "arguments": {
            "name": "x", "items": "[" * 200_000}})).encode(),
        "a notification that is a call": b'{"jsonrpc":"2.0","method":"tools/call","params":{"name":"refund_payment","arguments":'
                                         b'{"payment_id":"' + ID.encode() + b'","refund_reason":"OTHER"}}}',
    }
    session = server.initialize().headers["mcp-session-id"]
    for what, body in bodies.items():
        for headers in ({}, {"mcp_session_id": session, "mcp_protocol_version": LEGACY}, modern_headers("tools/call", "get_payment")):
            reply = server.post(body, **headers)
            trial.check(reply.status < 500 and reply.status != 0, f"{what}: {reply.status}")
            trial.check(len(reply.body) < 20_000 or what == "a huge id", f"{what}: {len(reply.body):,} bytes come back")
    trial.check(server.alive() and server.call(*CALL).status == 200, "the server no longer answers")
    for seen in api.take():
        trial.check("refund" not in seen.target, "a notification made a refund")


@attack("Request smuggling: what follows a doubtful length is taken for another request")
def smuggling(trial: Trial) -> None:
    api, server = served(trial, "--body-timeout", "2")
    body = json.dumps(modern("tools/call", {"name": CALL[0], "arguments": CALL[1]})).encode()
    inner = server.head_and_body(modern("tools/call", {"name": "get_account", "arguments": {}}), "smuggled:key",
                                 **modern_headers("tools/call", "get_account"))
    names = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in modern_headers("tools/call", CALL[0]).items())
    head = ("POST /mcp HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n"
            f"accept: application/json, text/event-stream\r\nauthorization: Bearer {KEY_PAIR}\r\n{names}")
    chunked = f"{len(body):x}\r\n".encode() + body + b"\r\n0\r\n\r\n"
    size = f"content-length: {len(body)}\r\n"
    forms = {
        "length and chunks": (f"{size}transfer-encoding: chunked\r\n", chunked), "chunks and length": (f"transfer-encoding: chunked\r\n{size}", chunked),
        "length 0 and chunks": ("content-length: 0\r\ntransfer-encoding: chunked\r\n", chunked),
        "two lengths": (f"{size}content-length: 5\r\n", body), "two lengths in one": (f"content-length: {len(body)}, 5\r\n", body),
        "chunked in another spelling": ("transfer-encoding: xchunked\r\n", chunked), "chunked, identity": ("transfer-encoding: chunked, identity\r\n", chunked),
        "chunked twice": ("transfer-encoding: chunked\r\ntransfer-encoding: chunked\r\n", chunked),
        "gzip, chunked": ("transfer-encoding: gzip, chunked\r\n", chunked), "a vertical tab": ("transfer-encoding:\x0bchunked\r\n" + size, body),
        "a space before the colon": (f"transfer-encoding : chunked\r\n{size}", body), "a plus": (f"content-length: +{len(body)}\r\n", body),
        "hexadecimal": (f"content-length: 0x{len(body):x}\r\n", body), "a folded length": (f"content-length:\r\n {len(body)}\r\n", body),
        "a bare line feed": (f"x: y\ncontent-length: 0\r\n{size}", body), "a bare carriage return": (f"x: y\rtransfer-encoding: chunked\r\n{size}", body),
        "a chunk of another size": ("transfer-encoding: chunked\r\n", f"{len(body) + 4:x}\r\n".encode() + body + b"\r\n0\r\n\r\n"),
        "a chunk extension": ("transfer-encoding: chunked\r\n", f"{len(body):x};a=\"\r\n\"\r\n".encode() + body + b"\r\n0\r\n\r\n"),
        "a chunk size that overflows": ("transfer-encoding: chunked\r\n", b"fffffffffffffffff1\r\n" + body),
        "trailers with another key": ("transfer-encoding: chunked\r\n", f"{len(body):x}\r\n".encode() + body
                                      + b"\r\n0\r\nauthorization: Bearer smuggled:key\r\nhost: evil.example\r\n\r\n"),
    }
    doubtful = {"length and chunks", "chunks and length", "length 0 and chunks", "two lengths", "two lengths in one"}
    for what, (headers, sent) in forms.items():
        reply = server.send((head + headers + "\r\n").encode() + sent + inner, seconds=4)
        answers = len(re.findall(rb"HTTP/1\.1 \d{3} ", reply.raw))
        smuggled = [seen for seen in api.take() if "smuggled" in _owner(seen)]
        if what in doubtful:
            trial.check(not smuggled and (answers < 2 or reply.status >= 400), f"{what}: a second request was answered")
            closes = reply.headers.get("connection") == "close" or reply.status in (0, 400)
            trial.check(closes, f"{what}: {reply.status}, and the connection stays open")
        elif what == "trailers with another key":
            trial.check(len(smuggled) <= 1, "the trailer's key was used")
    trial.check(server.alive() and server.call(*CALL).status == 200, "the server no longer answers")


def _owner(seen) -> str:
    import base64

    key = (seen.header("x-api-key") or [""])[0]
    try:
        return base64.b64decode(key).decode(errors="replace")
    except ValueError:
        return key


@attack("Two keys, or a key in an unusual header, are mixed up")
def two_keys(trial: Trial) -> None:
    api, server = served(trial, "--share-key", key=OWNER_PAIR)
    raw = server.head_and_body(modern("tools/call", {"name": CALL[0], "arguments": CALL[1]}), "alice:one",
                               **modern_headers("tools/call", CALL[0]))
    for extra in ("authorization: Bearer mallory:two", "Authorization: Basic bWFsbG9yeTp0d28=", "authorization:"):
        reply = server.send(raw.replace(b"content-type", f"{extra}\r\ncontent-type".encode(), 1))
        trial.check(reply.status in (400, 401), f"two keys: {reply.status}")
    for value in ("Bearer", "Bearer ", "Basic YTpi", "Digest x", "bearer\tx", "", "Bearer alice:one, Bearer mallory:two"):
        reply = server.call(*CALL, None, authorization=value)
        trial.check(reply.status in (400, 401), f"Authorization {value!r} with --share-key: {reply.status}")
    for seen in api.take():
        trial.breach(f"{seen.method} was sent with the key of {_owner(seen)[:12]}")


@attack("Methods, targets and heads that servers read differently")
def heads(trial: Trial) -> None:
    api, server = served(trial)
    body = json.dumps(modern("tools/call", {"name": CALL[0], "arguments": CALL[1]})).encode()
    names = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in modern_headers("tools/call", CALL[0]).items())
    rest = (f"host: localhost\r\ncontent-type: application/json\r\naccept: application/json, text/event-stream\r\n"
            f"authorization: Bearer {KEY}\r\n{names}connection: close\r\ncontent-length: {len(body)}\r\n\r\n").encode() + body
    lines = {
        "another case": b"post /mcp HTTP/1.1", "PUT": b"PUT /mcp HTTP/1.1", "PATCH": b"PATCH /mcp HTTP/1.1", "TRACE": b"TRACE /mcp HTTP/1.1",
        "CONNECT": b"CONNECT localhost:80 HTTP/1.1", "a made-up method": b"REFUND /mcp HTTP/1.1", "HEAD": b"HEAD /mcp HTTP/1.1",
        "a double slash": b"POST //mcp HTTP/1.1", "dots": b"POST /x/../mcp HTTP/1.1", "an encoded path": b"POST /%6dcp HTTP/1.1",
        "a path below": b"POST /mcp/ HTTP/1.1", "a star": b"POST * HTTP/1.1", "no target": b"POST  HTTP/1.1", "a space": b"POST /m cp HTTP/1.1",
        "HTTP/2": b"POST /mcp HTTP/2.0", "HTTP/0.9": b"POST /mcp", "HTTP/1.9": b"POST /mcp HTTP/1.9", "80 kB": b"POST /mcp?" + b"a" * 80_000 + b" HTTP/1.1",
        "NUL": b"POST /mcp\0 HTTP/1.1", "high bytes": b"POST /mcp\xff HTTP/1.1", "a method of 60 kB": b"P" * 60_000 + b" /mcp HTTP/1.1",
    }
    for what, line in lines.items():
        reply = server.send(line + b"\r\n" + rest, seconds=5)
        trial.check(reply.status < 500 and not 200 <= reply.status < 300, f"{what}: {reply.status}")
    floods = {"200 headers": b"".join(b"x-%d: y\r\n" % at for at in range(200)), "a header of 200 kB": b"x: " + b"y" * 200_000 + b"\r\n",
              "a header without a name": b": y\r\n", "control characters": b"x: \x01\x02\r\n", "a name of NUL": b"\0: y\r\n"}
    for what, headers in floods.items():
        reply = server.send(b"POST /mcp HTTP/1.1\r\n" + headers + rest, seconds=5)
        trial.check(reply.status < 500 and not 200 <= reply.status < 300, f"{what}: {reply.status}")
    reply = server.send(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"\0\0\0\x04\0\0\0\0\0", seconds=3)
    trial.check(reply.status < 500, f"HTTP/2 preface: {reply.status}")
    for seen in api.take():
        trial.breach(f"{seen.method} {seen.target} was sent")
    trial.check(server.alive() and server.call(*CALL).status == 200, "the server no longer answers")


@attack("`X-Forwarded-For` is believed from anybody, or is taken for a trusted proxy's when forged")
def forged_addresses(trial: Trial) -> None:
    for flags, what in (((), "nobody is trusted"), (("--trusted-proxy", "127.0.0.9"), "another proxy is trusted")):
        api, server = served(trial, "--rate-per-address", "5", "--rate-per-key", "0", *flags)
        statuses = [server.call(*CALL, f"k{at}:s", x_forwarded_for=f"203.0.113.{at}").status for at in range(30)]
        trial.check(429 in statuses, f"{what}: 30 requests under forged addresses passed a rate of 5")
    api, server = served(trial, "--rate-per-address", "5", "--rate-per-key", "0", "--trusted-proxy", "127.0.0.1")
    statuses = [server.call(*CALL, f"k{at}:s", x_forwarded_for=f"203.0.113.{at}, 198.51.100.7").status for at in range(30)]
    trial.check(429 in statuses, "an address that the client put before the proxy's is believed")
    for value in ("nonsense", "127.0.0.1, evil", "1.2.3.4, ", ",,,", "[::1]:80", "1" * 5000, "١٢٧.0.0.1"):
        reply = server.call(*CALL, x_forwarded_for=value, source="127.0.0.1")
        trial.check(reply.status in (200, 400, 429), f"{value[:20]}: {reply.status}")


@attack("`X-Forwarded-For` forged by a client passes through haproxy with deploy/haproxy.cfg")
def through_haproxy(trial: Trial) -> None:
    program = shutil.which("haproxy")
    if program is None:
        raise Skip("haproxy is not installed")
    api, server = served(trial, "--rate-per-address", "5", "--rate-per-key", "0", "--trusted-proxy", "127.0.0.0/8")
    port = free_port()
    # The clients' addresses lie in the trusted network too, as those behind a container's gateway do.
    (trial.folder / "haproxy.cfg").write_text(proxy_config(port, server))
    proxy = trial.start([program, "-f", "haproxy.cfg", "-db"], "haproxy", cwd=trial.folder)
    ready = f"GET /readyz HTTP/1.1\r\nhost: localhost:{port}\r\nconnection: close\r\n\r\n".encode()
    if not wait_until(lambda: exchange(port, ready).status in (200, 404), 8):
        trial.breach(f"the proxy with deploy/haproxy.cfg does not get ready: {proxy.text()[-200:]}")
        return

    def statuses(forge, source: str) -> list[int]:
        found = []
        for at in range(30):
            data = server.head_and_body(modern("tools/call", {"name": CALL[0], "arguments": CALL[1]}), f"k{at}:s",
                                        **modern_headers("tools/call", CALL[0]))
            found.append(exchange(port, data.replace(b"content-type", forge(at) + b"content-type", 1), source).status)
        return found

    forgeries = {
        "one address": lambda at: b"x-forwarded-for: 203.0.113.%d\r\n" % at,
        "an address and the proxy's": lambda at: b"x-forwarded-for: 203.0.113.%d, 127.0.0.1\r\n" % at,
        "two headers": lambda at: b"x-forwarded-for: 203.0.113.%d\r\nX-Forwarded-For: 127.0.0.1\r\n" % at,
        "Forwarded": lambda at: b"forwarded: for=203.0.113.%d\r\n" % at,
        "X-Real-IP": lambda at: b"x-real-ip: 203.0.113.%d\r\n" % at,
    }
    for number, (what, forge) in enumerate(forgeries.items()):
        source = f"127.0.1.{number + 1}"
        found = statuses(forge, source)
        trial.check(429 in found, f"{what}: 30 requests of one client passed a rate of 5: {sorted(set(found))}")
    time.sleep(1.2)
    clean = exchange(port, server.head_and_body(modern("tools/call", {"name": CALL[0], "arguments": CALL[1]}), "clean:key",
                                                **modern_headers("tools/call", CALL[0])), "127.0.1.99")
    trial.check(clean.status == 200, f"a client with another address is refused: {clean.status} {clean.text[:100]}")


def proxy_config(port: int, server: Serve) -> str:
    """deploy/haproxy.cfg with this machine's ports, fewer connections, and without a name service."""
    text = (ROOT / "deploy" / "haproxy.cfg").read_text()
    text = re.sub(r"^\s*maxconn .*$", "    maxconn 200", text, flags=re.M)
    text = re.sub(r"^\s*bind .*$", f"    bind 127.0.0.1:{port}", text, flags=re.M)
    text = re.sub(r"^resolvers .*?(?=^\S|\Z)", "", text, flags=re.M | re.S)
    replaced = f"    server local 127.0.0.1:{server.port} check inter 200ms rise 1"
    text = re.sub(r"^\s*server-template .*$", replaced, text, flags=re.M)
    return re.sub(r"\s+resolvers \S+", "", text)


@attack("A web page's form, an image or a link changes something: requests that browsers send unasked")
def simple_requests(trial: Trial) -> None:
    api, server = served(trial, "--share-key", key=OWNER_PAIR)
    body = json.dumps(modern("tools/call", {"name": CALL[0], "arguments": CALL[1]}))
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "text/plain; application/json", "", "application/json-x"):
        server.post(body.encode(), None, content_type=kind, sec_fetch_site="cross-site", **modern_headers("tools/call", CALL[0]))
    for target in ("/mcp?method=tools/call&name=get_account", f"/mcp?{body[:200].replace(' ', '')}"):
        server.send(f"GET {target} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n".encode(), seconds=2)
    for seen in api.take():
        trial.breach(f"{seen.method} {seen.target} was sent with the owner's key")


@attack("TLS files, the program's version or paths of the machine show in answers")
def talkative(trial: Trial) -> None:
    _, server = served(trial)
    for path in ("/", "/mcp", "/healthz", "/readyz", "/metrics", "/.env", "/../../etc/passwd", "/debug/pprof", "/robots.txt"):
        reply = server.send(f"GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n".encode(), seconds=2)
        shown = reply.raw.decode(errors="replace").lower()
        for word in ("root:", "/home/", "/root/", str(ROOT).lower(), "panicked", "rust_backtrace", "stream_mcp_calls_total"):
            trial.check(word not in shown, f"{path}: {word} shows")
    trial.check(not list(Path(trial.folder).glob("core*")), "a core dump was left")
