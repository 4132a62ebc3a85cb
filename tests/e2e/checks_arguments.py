"""Arguments arrive as given or not at all, and the API's answers come back whole."""

import json

import arguments
from catalogue import Catalogue
from harness import Report, Target
from servers import Answer, Api, Seen
from stdio import Server

ID = arguments.uuid_for("some id")
# Strings that would turn an id into another request, and values that are not strings.
HOSTILE = {
    "another operation": f"{ID}/mark-paid#",
    "encoded slash": f"{ID}%2Fmark-paid",
    "a query": f"{ID}?is_deleted=true",
    "parent and path": "../me",
    "encoded dots": "%2e%2e",
    "dots": "..",
    "nothing": "",
    "a header": "a\r\nx-api-key: evil",
    "a line break at the end": f"{ID}\n",
    "NUL": "a\0b",
    "NUL at the end": f"{ID}\0",
    "100 kB": "a" * 100_000,
    "full-width digits": ID.replace("1", "１").replace("5", "５"),
    "a number": 7,
    "an object": {"id": ID},
    "a list": [ID],
    "null": None,
    "JSON of a text": json.dumps(ID),
}


def hostile(target: Target, catalogue: Catalogue, report: Report) -> None:
    """Only a UUID as an id causes a request."""
    faults, calls, ids = [], 0, 0
    with Api(Answer({})) as api, Server(target, target.environment(api.url)) as server:
        for tool in catalogue.tools.values():
            for name in tool.ids:
                ids += 1
                started = []
                for what, value in HOSTILE.items():
                    given = arguments.make(tool.input, "required") | {name: value}
                    started.append((what, server.start_call(tool.name, given)))
                for what, number in started:
                    outcome = server.outcome(number)
                    calls += 1
                    if not outcome.refused:
                        faults.append(f"{tool.name}: {name} = {what} was not refused")
                    elif name not in outcome.text:
                        faults.append(f"{tool.name}: {name} = {what}: the error does not name it")
                    if len(outcome.text) > 2_000:
                        faults.append(f"{tool.name}: {name} = {what}: {len(outcome.text)} characters of error")
                faults += [f"{tool.name}: {name}: {seen.method} {seen.target[:80]!r} was sent"
                           for seen in api.take()]
    report.check("hostile ids are refused before anything is sent", faults,
                 f"{ids} ids, {calls} calls, 0 requests wanted")


def other_ids(target: Target, catalogue: Catalogue, report: Report) -> None:
    """Ids in queries and bodies are checked too."""
    faults, calls = [], 0
    with Api(Answer({})) as api, Server(target, target.environment(api.url)) as server:
        for tool in catalogue.tools.values():
            for name, schema in tool.input["properties"].items():
                if schema.get("format") != "uuid" or name in tool.ids:
                    continue
                for what, value in HOSTILE.items():
                    if value is None:
                        continue
                    calls += 1
                    given = arguments.make(tool.input, "required") | {name: value}
                    if not server.call(tool.name, given).refused:
                        faults.append(f"{tool.name}: {name} = {what} was not refused")
        faults += [f"{seen.method} {seen.target[:80]!r} was sent" for seen in api.take()]
    report.check("hostile ids in queries and bodies are refused", faults, f"{calls} calls")


def unknown_arguments(target: Target, catalogue: Catalogue, report: Report) -> None:
    """Unknown and missing arguments are named, all at once."""
    faults, calls = [], 0
    with Api(Answer({})) as api, Server(target, target.environment(api.url)) as server:
        for tool in catalogue.tools.values():
            for given in ({"x_api_key": "evil", "path": "../me"}, {"unheard_of": 1}):
                calls += 1
                outcome = server.call(tool.name, given)
                missing = [name for name in [*given, *tool.input.get("required", [])]
                           if name not in outcome.text]
                if not outcome.refused or missing:
                    faults.append(f"{tool.name} {given}: does not name {missing}: {outcome.text[:200]}")
        misspelt = server.call("create_payment_link", {"name": "x", "items": [{"product_id": ID, "quantty": 1}]})
        if not misspelt.refused or "quantity" not in misspelt.text:
            faults.append(f"a misspelt member of an item: {misspelt.text[:200]}")
        faults += [f"{seen.method} {seen.target} was sent" for seen in api.take()]
        if not server.call("no_such_tool", {}).refused:
            faults.append("a tool that does not exist was called")
    report.check("unknown and missing arguments are named, all at once", faults, f"{calls} calls")


def json_texts(target: Target, catalogue: Catalogue, report: Report) -> None:
    """Lists, objects, numbers and booleans given as JSON text arrive as the values they encode."""
    faults, texts = [], 0
    with Api(Answer({})) as api, Server(target, target.environment(api.url)) as server:
        for tool in catalogue.tools.values():
            plain = arguments.make(tool.input, "all")
            given = arguments.encoded(plain, tool.input)
            changed = [name for name in plain if plain[name] != given[name]]
            if not changed:
                continue
            texts += len(changed)
            outcome, seen = server.call(tool.name, given), api.take()
            if outcome.refused:
                faults.append(f"{tool.name}: {changed}: refused: {outcome.text[:300]}")
            elif len(seen) != 1 or not _same(catalogue.request(tool, plain), seen[0]):
                faults.append(f"{tool.name}: {changed}: another request arrived")
    report.check("JSON text arrives as the value it encodes", faults, f"{texts} arguments as texts")


def _same(wanted, seen: Seen) -> bool:
    return ((wanted.method, wanted.path, list(wanted.query), wanted.body)
            == (seen.method, seen.path, seen.query, seen.json()))


LINK = {
    "name": "Tea & coffee – شاي",
    "items": [{"product_id": ID, "quantity": 2, "coupons": [], "max_quantity": None}],
    "description": None,
    "coupons": [],
    "max_number_of_payments": None,
    "valid_until": None,
    "payment_methods": {},
    "organization_consumer_id": None,
    "custom_metadata": {"unknown key": {"nested": [1, 2.5, "x", None, {"": []}]}, "empty": {},
                        "big": 9007199254740993, "exact": "25.000", "emoji": "🫖", "null": None,
                        "quoted": "[1, 2]", "key with \"quotes\"\n": "line\nbreak\u2028\t\\"},
}
ANSWER = {
    "id": ID,
    "status": "A_STATUS_OF_THE_FUTURE",
    "amount": "25.000",
    "currency": "XTS",
    "amount_refunded": "1.00",
    "big": 9007199254740993,
    "payed_at": None,
    "unknown_object": {"nested": [1, 2.5, None, {"deep": {"deeper": []}}], "": ""},
    "items": [{"id": "1", "new_field": True, "product": {"type": "A_TYPE_OF_THE_FUTURE"}}],
    "text": "شاي \u2028 \"quoted\" \\ 🫖",
}
READS = {"get_payment_link": "payment_link_id", "get_payment": "payment_id", "get_invoice": "invoice_id",
         "get_subscription": "subscription_id", "get_product": "product_id", "get_customer": "customer_id",
         "get_coupon": "coupon_id", "get_account": None}


def lossless(target: Target, catalogue: Catalogue, report: Report) -> None:
    """Unknown keys, nulls and empty lists survive in both directions."""
    faults = []
    with Api(Answer(ANSWER)) as api, Server(target, target.environment(api.url)) as server:
        outcome = server.call("create_payment_link", LINK)
        seen = api.take()
        if outcome.refused or len(seen) != 1:
            faults.append(f"create_payment_link: {len(seen)} requests: {outcome.text[:300]}")
        elif _exact(seen[0].json()) != _exact(LINK):
            faults.append(f"the body arrived as {seen[0].body.decode()[:900]}")
        faults += _whole("create_payment_link", outcome)
        for name, argument in READS.items():
            given = {argument: ID} if argument else {}
            faults += _whole(name, server.call(name, given))
    lists = {"data": [ANSWER, {}], "pagination": {"total_count": 2, "of_the_future": 1}, "more": [None]}
    names = [name for name in catalogue.tools if name.startswith("list_")]
    with Api(Answer(lists)) as api, Server(target, target.environment(api.url)) as server:
        for name in names:
            given = arguments.make(catalogue.tools[name].input, "required") | {"detail": "full"}
            faults += _whole(name, server.call(name, given), lists)
    report.check("nothing is lost in either direction", faults,
                 f"{len(json.dumps(LINK))} bytes there, {1 + len(READS) + len(names)} answers back")


def empty(target: Target, catalogue: Catalogue, report: Report) -> None:
    """A delete answers with `{}` or nothing at all, and both are success."""
    faults, calls = [], 0
    for answer in (Answer({}), Answer(b""), Answer(b"", status=204)):
        with Api(answer) as api, Server(target, target.environment(api.url)) as server:
            for name, tool in catalogue.tools.items():
                if tool.method != "DELETE":
                    continue
                calls += 1
                outcome = server.call(name, arguments.make(tool.input, "required"))
                if outcome.refused or not isinstance(outcome.structured, dict) or not outcome.text:
                    faults.append(f"{name}: {answer.status} {answer.bytes()!r}: {outcome.result}")
    report.check("empty answers are success", faults, f"{calls} calls")


def _whole(name: str, outcome, answer=ANSWER) -> list[str]:
    """Returns what is missing from a result that must hold the whole answer."""
    if outcome.refused:
        return [f"{name}: refused: {outcome.text[:300]}"]
    faults = []
    if _exact(outcome.structured) != _exact(answer):
        faults.append(f"{name}: structuredContent is {json.dumps(outcome.structured)[:600]}")
    try:
        # The text marks what other people wrote.
        if _exact(json.loads(outcome.text.replace("⟦", "").replace("⟧", ""))) != _exact(answer):
            faults.append(f"{name}: the text is {outcome.text[:600]}")
    except ValueError:
        faults.append(f"{name}: the text is not JSON: {outcome.text[:200]}")
    return faults


def _exact(value) -> str:
    """Serializes a value so that 1 and true, 1 and 1.0, and absent and null differ."""
    return json.dumps(value, sort_keys=True)
