"""Writes a copy of the description that speaks of what the sandbox holds, for sequences of calls.

The published description says too little to get past the first call by chance: a `product_id` is any
UUID there. The copy narrows requests to what can succeed: ids of records that exist, amounts, times and
texts within what the guides allow. Answers stay as published, so they are checked as strictly.
"""

import copy
import json
import urllib.request

METHODS = ("get", "put", "post", "delete", "patch")
# The frozen clock of the sandbox, and moments after it.
NOW = "2026-03-01T09:00:00Z"
SOON = ["2026-03-02T09:00:00Z", "2026-03-10T00:00:00Z", "2026-03-20T12:30:00Z"]
LATER = ["2026-06-01T00:00:00Z", "2026-09-01T00:00:00Z"]
# What must and what must not come together, by operation: values that are fixed, `None` for absent.
PRODUCT = {"prices": None, "is_price_exempt_from_vat": None}
VARIANTS = {
    "POST /api/v2/products": [
        PRODUCT | {"type": ["ONE_OFF"], "price": ..., "recurring_interval": None, "recurring_interval_count": None},
        PRODUCT | {"type": ["RECURRING"], "price": ..., "recurring_interval": ..., "is_one_time": None},
        PRODUCT | {"type": ["METERED"], "price": ..., "recurring_interval": ["MONTH"], "is_one_time": None},
    ],
    "PUT /api/v2/products/{product_id}": [PRODUCT | {
        "type": None, "recurring_interval": None, "recurring_interval_count": None, "is_active": [True],
    }],
    "POST /api/v2/products/{product_id}/prices": [{"currency": ["KWD", "USD", "EUR"], "is_price_exempt_from_vat": None}],
    "PUT /api/v2/products/{product_id}/prices/{price_id}": [{"amount": ..., "is_price_exempt_from_vat": None}],
    "POST /api/v2/coupons": [
        {"is_percentage": [True], "currency": None, "is_active": None},
        {"is_percentage": [False], "currency": ["SAR"], "is_active": None},
    ],
    "PUT /api/v2/coupons/{coupon_id}": [{"is_percentage": None, "currency": None}],
    "POST /api/v2/subscriptions/{subscription_id}/freeze": [{"freeze_end_datetime": ...}],
}


class Api:
    """The sandbox's API, asked to learn and to make what exists."""

    def __init__(self, url: str, key: str) -> None:
        self.url, self.key = url, key

    def ask(self, method: str, path: str, body: object = None) -> dict:
        """The answer to one request, which must succeed."""
        data = None if body is None else json.dumps(body).encode()
        headers = {"x-api-key": self.key, "content-type": "application/json"}
        request = urllib.request.Request(f"{self.url}{path}", data, headers, method=method)
        with urllib.request.urlopen(request, timeout=30) as response:
            return json.load(response)

    def ids(self, path: str, **like: object) -> list[str]:
        """The ids of the records in a list that are alike."""
        records = self.ask("GET", f"/api/v2/{path}?limit=100")["data"]
        return [one["id"] for one in records if all(one.get(key) == value for key, value in like.items())]


def what_exists(api: Api) -> dict[str, list[str]]:
    """Ids by what refers to them. What the demo shop lacks is made."""
    for number in range(12):
        api.ask("POST", "/api/v2/products", {"name": f"Calls {number}", "type": "METERED", "recurring_interval": "MONTH",
                                             "prices": [{"currency": "SAR", "amount": "2"}]})
        api.ask("POST", "/api/v2/products", {"name": f"Thing {number}", "type": "ONE_OFF", "price": 40 + number})
        api.ask("POST", "/api/v2/products", {"name": f"Plan {number}", "type": "RECURRING", "price": 90 + number,
                                             "recurring_interval": "MONTH"})
        api.ask("POST", "/api/v2/consumers", {"name": f"Customer {number}", "phone_number": f"+96650123{number:04}"})
    for product, customer in zip(api.ids("products", type="METERED"), api.ids("consumers")):
        tie = {"product_id": product, "organization_consumer_id": customer}
        api.ask("POST", "/api/v2/metered/metered-subscriptions", tie)
    for customer in api.ids("consumers"):
        api.ask("PUT", f"/_sandbox/customers/{customer}/card", {"number": "4111111111111111"})
    once, plans, customers = (api.ids("products", type="ONE_OFF"), api.ids("products", type="RECURRING"),
                              api.ids("consumers"))
    methods = dict.fromkeys(("mada", "visa", "mastercard", "amex", "bank_transfer", "installment"), True)
    for product, plan, customer in list(zip(once, plans, customers))[:8]:
        item = {"product_id": product, "quantity": 1}
        api.ask("POST", "/api/v2/invoices", {"items": [item], "organization_consumer_id": customer,
                                             "payment_methods": methods, "scheduled_on": NOW})
        api.ask("POST", "/api/v2/payment_links", {"name": "Link", "items": [item]})
        api.ask("POST", "/api/v2/subscriptions", {"items": [{"product_id": plan, "quantity": 1}],
                                                  "organization_consumer_id": customer, "period_start": NOW})
    return {
        "product_id": api.ids("products", type="ONE_OFF"),
        "subscription_id": api.ids("subscriptions"),
        "payment_id": api.ids("payments"),
        "one_off": api.ids("products", type="ONE_OFF", is_active=True),
        "recurring": api.ids("products", type="RECURRING", is_active=True),
        "metered": api.ids("products", type="METERED", is_active=True),
        "customer": api.ids("consumers"),
        "coupon": api.ids("coupons", is_active=True),
        "branch": api.ids("branch"),
    }


def narrowed(description: dict, known: dict[str, list[str]]) -> dict:
    """The copy. `known` is from `what_exists`."""
    made = copy.deepcopy(description)
    # As spec/overlay.yaml says: the metered operations cannot be used without it.
    made["components"]["schemas"]["ProductType"]["enum"].append("METERED")
    for path, methods in made["paths"].items():
        for method in METHODS:
            operation = methods.get(method)
            if operation is None:
                continue
            operation["parameters"] = [
                narrow for parameter in operation.get("parameters", [])
                if (narrow := _narrow_parameter(parameter, method, known))
            ]
            content = operation.get("requestBody", {}).get("content", {})
            if "application/json" in content:
                schema = _inline(content["application/json"]["schema"], made)
                label = f"{method.upper()} {path}"
                narrow = _narrow(schema, label, known)
                variants = [_vary(narrow, given) for given in VARIANTS.get(label, [])]
                content["application/json"]["schema"] = {"anyOf": variants} if variants else narrow
                operation["requestBody"]["required"] = True
    return made


def _narrow_parameter(parameter: dict, method: str, known: dict[str, list[str]]) -> dict | None:
    name = parameter.get("name", "x-branch-id")
    if parameter.get("in") == "path":
        # A sequence may begin with something done to what exists; all else gets its ids from before.
        return {**parameter, "schema": {"enum": known[name]}} if method == "post" and name in known else parameter
    schema = {
        "page": {"type": "integer", "minimum": 1, "maximum": 3},
        "limit": {"type": "integer", "minimum": 1, "maximum": 100},
        "search_term": {"type": "string", "pattern": "^[a-zA-Z0-9]{1,5}$"},
    }.get(name)
    if schema is None and (name.endswith(("_price", "_date")) or name in ("sort_field", "sort_direction", "x-branch-id")
                           or name.startswith("due_date") or "currenc" in name or name.endswith(("_id", "_ids"))):
        return None
    return parameter if schema is None else {**parameter, "schema": schema}


def _inline(schema: object, document: dict) -> object:
    """The schema with every reference replaced by what it refers to."""
    if isinstance(schema, list):
        return [_inline(part, document) for part in schema]
    if not isinstance(schema, dict):
        return schema
    reference = schema.get("$ref")
    if reference is not None:
        name = reference.removeprefix("#/components/schemas/")
        # A value of any kind refers to itself.
        return {"type": "string"} if name == "JsonValue" else _inline(document["components"]["schemas"][name], document)
    return {key: _inline(part, document) for key, part in schema.items()}


def _narrow(schema: dict, label: str, known: dict[str, list[str]]) -> dict:
    for name, member in list(schema.get("properties", {}).items()):
        rule = _rule(name, label, known)
        if rule == "drop":
            del schema["properties"][name]
        elif rule is not None:
            schema["properties"][name] = rule
        else:
            schema["properties"][name] = _narrow(member, label, known)
    for key in ("anyOf", "oneOf"):
        if key in schema:
            schema[key] = [_narrow(part, label, known) for part in schema[key]]
    if "items" in schema:
        schema["items"] = _narrow(schema["items"], label, known)
        schema["maxItems"] = min(schema.get("maxItems", 2), 2)
    if "properties" in schema:
        schema["additionalProperties"] = False
    return schema


def _vary(schema: dict, given: dict[str, object]) -> dict:
    schema = copy.deepcopy(schema)
    required = set(schema.get("required", []))
    for name, values in given.items():
        if values is None:
            schema["properties"].pop(name, None)
            required.discard(name)
            continue
        required.add(name)
        if values is not ...:
            schema["properties"][name] = {"enum": values}
    return {**schema, "required": sorted(required)}


def _rule(name: str, label: str, known: dict[str, list[str]]) -> dict | str | None:
    kind = "one_off"
    if "subscriptions" in label:
        kind = "recurring"
    if "metered" in label:
        kind = "metered"
    few = 2 if kind == "metered" else None
    if name == "payment_method" and "mark-paid" in label:
        return {"enum": ["CASH", "BANK_TRANSFER"]}
    whole = {"type": "integer"}
    return {
        "name": {"type": "string", "pattern": "^[A-Za-z\u0621-\u064a]{2,12}$"},
        "product_id": {"enum": known[kind][:few]},
        "organization_consumer_id": {"enum": known["customer"][:few]},
        "coupons": {"type": "array", "items": {"enum": known["coupon"]}, "maxItems": 1},
        "branches": {"type": "array", "items": {"enum": known["branch"]}, "minItems": 1, "maxItems": 1},
        "currency": {"enum": ["SAR"]},
        "amount": whole | {"minimum": 1, "maximum": 5000},
        "price": whole | {"minimum": 1, "maximum": 5000},
        "usage_amount": whole | {"minimum": 0, "maximum": 100},
        # Links bring it; by chance it would name nothing.
        "payment_link_item_id": "drop",
        "discount_value": whole | {"minimum": 1, "maximum": 100},
        "quantity": whole | {"minimum": 1, "maximum": 4},
        "min_quantity": "drop",
        "max_quantity": "drop",
        "until_cycle_number": whole | {"minimum": 2, "maximum": 24},
        "max_number_of_payments": whole | {"minimum": 1, "maximum": 50},
        "recurring_interval_count": whole | {"minimum": 1, "maximum": 3},
        "phone_number": {"type": "string", "pattern": "^\\+9665[0-9]{8}$"},
        "email": {"type": "string", "pattern": "^[a-z]{3,8}@example\\.com$"},
        "iban": "drop",
        # Schemathesis takes it for the id of something else and would not begin with a customer.
        "external_id": "drop",
        "scheduled_on": {"enum": SOON},
        "period_start": {"enum": [NOW, *SOON]},
        "valid_until": {"enum": LATER},
        "starts_at": {"enum": [NOW]},
        "ends_at": {"enum": LATER},
        "freeze_start_datetime": {"enum": SOON},
        "freeze_end_datetime": {"enum": LATER},
        "success_redirect_url": {"enum": ["https://shop.example/thanks"]},
        "failure_redirect_url": {"enum": ["https://shop.example/again"]},
        "custom_fields": "drop",
    }.get(name)
