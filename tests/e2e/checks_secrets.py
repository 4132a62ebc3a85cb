"""Missing keys, invalid settings, and the places where a key must never appear."""

import json
import subprocess

import arguments
from catalogue import BUILTIN, Catalogue
from harness import CLOSED, KEY, KEY_PAIR, LEGACY, MODERN, Report, Target, pieces_of_key
from servers import Answer, Api, steps
from stdio import Server


def no_key(target: Target, catalogue: Catalogue, report: Report) -> None:
    """Without a key, everything but the API works, and the API's tools say how to set one."""
    faults = []
    with Api(Answer({})) as api:
        for era in (LEGACY, MODERN):
            with Server(target, target.environment(api.url, key=None), era) as server:
                names = {tool["name"] for tool in server.request("tools/list")["tools"]}
                differ = names ^ (set(catalogue.tools) | BUILTIN)
                faults += [f"{era}: tools/list and spec/tools differ in {name}" for name in differ]
                faults += _documentation(server)
                for tool in catalogue.tools.values():
                    outcome = server.call(tool.name, arguments.make(tool.input, "required"))
                    if not outcome.refused or "STREAM_API_KEY" not in outcome.text:
                        faults.append(f"{tool.name}: does not say how to set a key: {outcome.text[:200]}")
        faults += [f"{seen.method} {seen.target} was sent" for seen in api.take()]
    report.check("without a key: lists tools, serves documentation, says how to set a key", faults,
                 f"{len(catalogue.tools)} tools, both protocol eras")


def _documentation(server: Server) -> list[str]:
    """Returns what is wrong with the documentation, all of which works offline."""
    faults = []
    calls = [("list_stream_docs", {}), ("list_api_endpoints", {}),
             ("search_api_endpoints", {"query": "refund a payment"})]
    for name, given in calls:
        outcome = server.call(name, given)
        if outcome.refused or len(outcome.text) < 100:
            faults.append(f"{name}: {outcome.text[:200]}")
    resources = server.request("resources/list")["resources"]
    pages = [one["uri"] for one in resources if one["uri"].startswith("stream://docs/pages/")]
    if not pages:
        faults.append("resources/list has no pages")
    for uri in ["stream://docs/openapi", *pages]:
        text = server.request("resources/read", {"uri": uri})["contents"][0]["text"]
        if len(text) < 100:
            faults.append(f"{uri}: {text!r}")
    for page in pages[:1]:
        outcome = server.call("get_stream_doc", {"slug": page.rpartition("/")[2]})
        if outcome.refused or len(outcome.text) < 100:
            faults.append(f"get_stream_doc: {outcome.text[:200]}")
    return faults


def wrong_settings(target: Target, catalogue: Catalogue, report: Report) -> None:
    """An invalid value is reported with its variable and is not repeated; stdout stays empty."""
    wrong = {"STREAM_API_KEY": "hushHush1234567\x7f", "STREAM_BASE_URL": "http://hush.example",
             "STREAM_TIMEOUT": "hush", "STREAM_MAX_RETRIES": "hush", "STREAM_BRANCH_ID": "hush"}
    faults = []
    for name, value in wrong.items():
        done = subprocess.run(target.command(), env=target.environment(**{"key": None, name: value}),
                              cwd=target.folder, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              timeout=20)
        if done.returncode == 0 or done.stdout:
            faults.append(f"{name}: exit {done.returncode}, stdout {done.stdout[:100]!r}")
        if name not in done.stderr:
            faults.append(f"{name}: the variable is not named: {done.stderr[:300]}")
        if value in done.stderr:
            faults.append(f"{name}: the value is repeated: {done.stderr[:300]}")
    report.check("wrong settings are named and not repeated", faults, f"{len(wrong)} settings")


def traces(target: Target, catalogue: Catalogue, report: Report) -> None:
    """At RUST_LOG=trace, while calls succeed and fail, stdout holds only the protocol and no key is logged."""
    faults, logged, lines = [], 0, 0
    failures = [Answer({"id": "1"}), Answer({"error": {"code": "X", "message": "m"}}, status=500),
                Answer({"detail": "no"}, status=401), Answer(end="close"), Answer(b"{"),
                Answer({}, status=429, headers={"retry-after": "0"})]
    for key in (KEY, KEY_PAIR):
        for era in (LEGACY, MODERN):
            with Api(steps(*failures)) as api:
                settings = {"key": key, "RUST_LOG": "trace", "RUST_BACKTRACE": "1", "STREAM_MAX_RETRIES": "1"}
                for url in (api.url, CLOSED):
                    with Server(target, target.environment(url, **settings), era) as server:
                        server.request("tools/list")
                        for name in ("get_account", "get_payment", "refund_payment", "create_payment_link"):
                            tool = catalogue.tools[name]
                            for given in (arguments.make(tool.input, "required"), {"payment_id": "../me"}):
                                server.call(name, given)
                        server.call("list_stream_docs", {})
                        server.write({"jsonrpc": "2.0", "id": 900, "method": "no/such/method"})
                        server.wait(900)
                        shown = b"\n".join(server.lines).decode()
                        faults += [f"stdout holds {piece}" for piece in pieces_of_key(shown)]
                        lines += len(server.lines)
                        errors = server.stderr()
                        logged += len(errors)
                        faults += [f"{url}: stderr holds {piece}" for piece in pieces_of_key(errors)]
                if api.seen and api.seen[0].header("x-api-key") != [KEY]:
                    faults.append("the key did not arrive in its encoded form")
    if logged < 2_000:
        faults.append(f"only {logged} characters were logged at trace, too few to prove anything")
    report.check("at RUST_LOG=trace stdout is clean and no key is logged", faults,
                 f"{lines} messages, {logged // 1024} KiB of log, both forms of the key")


def garbage(target: Target, catalogue: Catalogue, report: Report) -> None:
    """Input that is not MCP neither stops the server nor puts anything but JSON-RPC on stdout."""
    faults = []
    inputs = [b"\n", b"not json\n", b"{}\n", b"[]\n", b'{"jsonrpc":"2.0"}\n', b"\xff\xfe\x00\n",
              b'{"jsonrpc":"2.0","id":7,"method":"tools/call","params":[]}\n',
              b'{"jsonrpc":"2.0","id":8,"method":"tools/call","params":{"name":5}}\n',
              b"[" * 5_000 + b"\n", json.dumps({"deep": "x" * 300_000}).encode() + b"\n"]
    with Server(target, target.environment()) as server:
        for text in inputs:
            server.process.stdin.write(text)
            if len(server.request("tools/list")["tools"]) < len(catalogue.tools):
                faults.append(f"{text[:40]!r}: the next tools/list is short")
    report.check("input that is not MCP is harmless", faults, f"{len(inputs)} inputs")
