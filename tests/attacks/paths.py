"""Arguments that try to become another operation: every tool, every id, every way to spell a path."""

import json
import re
import urllib.parse

import arguments
from catalogue import Catalogue
from ground import ID, Answer, Trial, attack
from servers import Seen
from stdio import Server

UPPER = ID.upper()
# What a path could be broken with. The first of each pair says what it tries.
HOSTILE = {
    "another operation": f"{ID}/refund", "another operation and fragment": f"{ID}/mark-paid#",
    "a fragment": f"{ID}#x", "a query": f"{ID}?is_deleted=true", "an encoded slash": f"{ID}%2Frefund",
    "an encoded slash, twice": f"{ID}%252Frefund", "a backslash": f"{ID}\\refund", "an encoded backslash": f"{ID}%5Crefund",
    "the parent": "..", "the parent and more": "../payments", "the parent after the id": f"{ID}/..",
    "the parent, encoded": "%2e%2e", "the parent, half encoded": ".%2e", "the parent, encoded twice": "%252e%252e",
    "one dot": ".", "dots in full width": "．．", "a slash in full width": f"{ID}／refund", "a division slash": f"{ID}∕refund",
    "an overlong slash": f"{ID}%c0%afrefund", "NUL": f"{ID}\0", "NUL and more": f"{ID}\0/refund", "an encoded NUL": f"{ID}%00",
    "a line break": f"{ID}\n", "a header": f"{ID} HTTP/1.1\r\nx-evil: 1\r\n\r\n", "an encoded line break": f"{ID}%0d%0ax: 1",
    "a space": f"{ID} ", "a leading space": f" {ID}", "a tab": f"\t{ID}", "a no-break space": f"{ID}\u00a0",
    "a zero-width space": f"{ID}\u200b", "a direction override": f"\u202e{ID}", "a byte order mark": f"\ufeff{ID}",
    "a parameter": f"{ID};x=1", "an at sign": f"@{ID}", "a colon": f"{ID}:8080", "a scheme": "http://evil.example/",
    "two slashes": "//evil.example/", "a userinfo": "a:b@evil.example", "braces": f"{{{ID}}}", "a template": "{payment_id}",
    "the nil id with a slash": "00000000-0000-0000-0000-000000000000/x", "a URN": f"urn:uuid:{ID}", "a letter too many": f"{ID}a",
    "a letter too few": ID[:-1], "other digits": ID.replace("1", "١"), "full-width digits": ID.replace("5", "５"),
    "a lone star": "*", "SQL": "' OR 1=1 --", "a shell": "$(id)", "a format": "%s%n", "a comma": f"{ID},{ID}",
    "1 MB": "a" * 1_000_000, "100,000 dots and slashes": "../" * 33_333, "nothing": "", "blanks": "   ",
    "a number": 7, "a boolean": True, "a list": [ID], "an object": {"id": ID}, "nothing at all": None,
    "a list in JSON": json.dumps([ID]), "a text in JSON": json.dumps(ID), "an emoji": "🫖", "a combining slash": f"{ID}\u0338",
}
# Spellings of a good id: they may be refused, or reach exactly the path of that id.
SAME = {"capitals": UPPER, "no dashes": ID.replace("-", ""), "in braces": f"{{{ID}}}"}


def catalogue(server: Server) -> Catalogue:
    """The tools, with the description that the server hands out."""
    contents = server.request("resources/read", {"uri": "stream://docs/openapi"})["contents"]
    return Catalogue(json.loads(contents[0]["text"]))


def went_elsewhere(tool, value, seen: Seen) -> bool:
    """Whether a request is any other than the tool's operation on the id as it was given."""
    pattern = re.sub(r"\{\w+\}", "([^/]*)", tool.path)
    match = re.fullmatch(pattern, seen.path)
    if match is None or seen.method != tool.method:
        return True
    parts = [urllib.parse.unquote(part) for part in match.groups()]
    wanted = {ID, str(value), str(value).strip()}
    return not (set(parts) & wanted) or any(part in ("", ".", "..") for part in parts)


def one_by_one(trial: Trial, server: Server, api, tool, given: dict, what: str, judge) -> int:
    """Calls and judges each request that left."""
    outcome = server.call(tool.name, given)
    trial.check(len(outcome.text) < 5_000, f"{tool.name}, {what}: {len(outcome.text):,} characters of error")
    # A change may be followed by reads that show what is true afterwards.
    taken = [seen for seen in api.take() if tool.reads or seen.method != "GET"]
    for seen in taken:
        if fault := judge(seen):
            trial.breach(f"{tool.name}, {what}: {fault}: {seen.method} {seen.target[:120]!r}")
    return len(taken)


@attack("An id becomes another path, query, header or host: all tools and ids, 67 spellings")
def ids(trial: Trial) -> None:
    api, calls, left, long_ones = trial.api(Answer({})), 0, 0, 0
    with trial.stdio(api.url) as server:
        for tool in catalogue(server).tools.values():
            for name in tool.ids:
                for what, value in (HOSTILE | SAME).items():
                    if len(str(value)) > 50_000:
                        long_ones += 1
                        if long_ones > 8:
                            continue  # The same code checks all tools; a few show what size does.
                    calls += 1
                    given = arguments.make(tool.input, "required") | {name: value}

                    def judge(seen: Seen, tool=tool, value=value) -> str:
                        return "another request" if went_elsewhere(tool, value, seen) else ""

                    left += one_by_one(trial, server, api, tool, given, f"{name} with {what}", judge)
    trial.figures = f"{calls} calls, {left} requests, each to the path of the id as given"
    trial.check(calls > 1_000, f"only {calls} calls")


@attack("A text in a query or body becomes another parameter, path or header: all tools")
def texts(trial: Trial) -> None:
    value = "x&is_deleted=true#/../../me?y=1;z\r\nx-evil: 1\0%26admin=1 +/\\é🫖\u202e"
    api, calls, left = trial.api(Answer({})), 0, 0
    with trial.stdio(api.url) as server:
        for tool in catalogue(server).tools.values():
            for name, schema in tool.input["properties"].items():
                kinds = schema.get("type", [])
                kinds = [kinds] if isinstance(kinds, str) else kinds
                if "string" not in kinds or name in tool.ids or "enum" in schema or schema.get("format") == "uuid":
                    continue
                calls += 1
                given = arguments.make(tool.input, "required") | {name: value}

                def judge(seen: Seen, tool=tool, name=name) -> str:
                    if not re.fullmatch(re.sub(r"\{\w+\}", "[0-9a-f-]{36}", tool.path), seen.path):
                        return "another path"
                    if seen.header("x-evil"):
                        return "another header"
                    extra = {key for key, _ in seen.query} & {"is_deleted", "admin", "z", "y"}
                    if extra and "is_deleted" not in given:
                        return f"other parameters: {extra}"
                    there = [text for _, text in seen.query] + strings(seen.json())
                    return "" if value in there else "the text did not arrive as given"

                left += one_by_one(trial, server, api, tool, given, name, judge)
    trial.figures = f"{calls} calls, {left} requests"
    trial.check(calls > 20, f"only {calls} arguments were tried")


def strings(value) -> list[str]:
    """All texts in a JSON value."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for each in value.values() for text in strings(each)]
    if isinstance(value, list):
        return [text for each in value for text in strings(each)]
    return []


@attack("An argument that no tool has sets a path, a header, a host or a key")
def smuggled_arguments(trial: Trial) -> None:
    extra = {"path": "/api/v2/me", "url": "http://127.0.0.1:1", "x-api-key": "evil", "X-Branch-Id": ID, "host": "evil",
             "__proto__": {"admin": True}, "constructor": 1, "_meta": {"x": 1}, "headers": {"x-evil": "1"}, "": "x",
             "method": "DELETE", "payment_id ": ID, "payment_id\0": ID, "Payment_Id": ID, "payment_id[]": ID,
             "payment_id.0": ID, "рayment_id": ID}
    api, calls = trial.api(Answer({})), 0
    with trial.stdio(api.url) as server:
        for tool in catalogue(server).tools.values():
            for name, value in extra.items():
                calls += 1
                server.call(tool.name, arguments.make(tool.input, "required") | {name: value})
        for seen in api.take():
            trial.breach(f"{seen.method} {seen.target} was sent")
    trial.figures = f"{calls} calls"


@attack("A resource, a completion or a page name reads a file or another host")
def resources(trial: Trial) -> None:
    trap = trial.api(Answer({"trap": True}))
    with trial.stdio("http://127.0.0.1:1") as server:
        for uri in ("file:///etc/passwd", "stream://docs/pages/../../../../etc/passwd", "stream://docs/pages/%2e%2e%2fetc",
                    "stream://docs/../openapi", f"{trap.url}/x", "stream://docs/pages/" + "a" * 100_000, "stream://", "",
                    "stream://docs/pages/\0", "stream://evil.example@docs/pages/x", "data:text/plain,x"):
            message = server.wait(server.send("resources/read", {"uri": uri}))
            text = json.dumps(message)
            trial.check("root:" not in text and "error" in message, f"{uri[:50]}: {text[:150]}")
        for slug in ("../../etc/passwd", "/etc/passwd", f"{trap.url}/x", "..\\..\\x"):
            text = server.call("get_stream_doc", {"slug": slug}).text
            trial.check("root:" not in text, f"get_stream_doc {slug}: {text[:100]}")
        for name in ("x" * 100_000, "\0", "../"):
            server.wait(server.send("completion/complete", {"ref": {"type": "ref/resource", "uri": "stream://docs/pages/{slug}"},
                                                            "argument": {"name": "slug", "value": name}}))
    trial.check(not trap.seen, f"{len(trap.seen)} requests went to another host")
