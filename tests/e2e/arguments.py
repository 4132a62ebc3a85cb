"""Generates arguments for a tool from its input schema, the same ones in every run.

There are four kinds, so that each argument is tried absent, present, with another value, and null. Where
the schema does not say enough for the API, `BY_NAME` does.
"""

import json
import uuid

KINDS = ("required", "all", "others", "nulls")

# How the server answers with a list. None of it reaches the API.
OF_THE_SERVER = {"detail", "fields", "all_pages"}

# Values that no schema describes: free-form objects, and strings with a format of their own.
BY_NAME = {
    "phone_number": "+966501234567",
    "email": "payer@example.com",
    "currencies": "SAR,USD",
    "sort_field": "created_at",
    "sort_direction": "asc",
    "iban": "SA0380000000608010167519",
    "custom_metadata": {"order": "A-17", "cart": {"lines": [1, 2.5, None, "x"], "gift": False}},
    "custom_fields": {"type": "object", "required": ["size"],
                      "properties": {"size": {"type": "string", "enum": ["S", "M"]}}},
}


def make(schema: dict, kind: str) -> dict:
    """Generates arguments of one kind that a tool's schema accepts."""
    assert kind in KINDS, kind
    required = schema.get("required", [])
    made = {}
    for name, of in schema["properties"].items():
        if name in OF_THE_SERVER:
            continue
        if kind == "nulls" and _nullable(of):
            made[name] = None
        elif name in required or kind in ("all", "others"):
            made[name] = _value(name, of, kind)
    return made


def encoded(arguments: dict, schema: dict) -> dict:
    """Returns the same arguments with every value that is not a string encoded as JSON text."""
    texts = {}
    for name, value in arguments.items():
        wanted = _types(schema["properties"][name])
        plain = isinstance(value, str) or "string" in wanted
        texts[name] = value if plain else json.dumps(value)
    return texts


def uuid_for(name: str) -> str:
    """Returns an id that depends only on the name."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, name))


def _types(schema: dict) -> list[str]:
    types = schema.get("type", [])
    return [types] if isinstance(types, str) else types


def _nullable(schema: dict) -> bool:
    return "null" in _types(schema)


def _value(name: str, schema: dict, kind: str):
    """Generates one value: the first choice for `all`, the last one for `others`."""
    last = kind == "others"
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        choices = [choice for choice in schema["enum"] if choice is not None]
        return choices[-1 if last else 0]
    if name in BY_NAME:
        return BY_NAME[name]
    types = [each for each in _types(schema) if each != "null"]
    match types[-1 if last else 0]:
        case "object":
            return _object(schema, kind)
        case "array":
            items = schema.get("items", {"type": "string"})
            count = max(schema.get("minItems", 0), 1 if kind in ("required", "nulls") else 2)
            return [_value(f"{name}{number}", items, kind) for number in range(count)]
        case "integer":
            return _integer(schema, last)
        case "number":
            return 25.5
        case "boolean":
            return last
        case _:
            return _text(name, schema, numeric="number" in types)


def _object(schema: dict, kind: str) -> dict:
    required = schema.get("required", [])
    return {name: _value(name, of, kind)
            for name, of in schema.get("properties", {}).items()
            if name in required or kind in ("all", "others")}


def _integer(schema: dict, last: bool) -> int:
    least = max(schema.get("minimum", 1), schema.get("exclusiveMinimum", 0) + 1)
    return min(least + (3 if last else 1), schema.get("maximum", least + 9))


def _text(name: str, schema: dict, numeric: bool) -> str:
    match schema.get("format"):
        case "uuid":
            return uuid_for(name)
        case "date-time":
            return "2027-01-15T09:30:00Z"
        case "date":
            return "2027-01-15"
        case "email":
            return BY_NAME["email"]
        case "uri":
            return f"https://shop.example/{name}?from=stream&x=%20#done"
    if numeric:
        return "25.50"
    # Not ASCII, so that encoding is tested.
    text = f"{name}: قهوة & 100 % + ü"
    return text[: schema.get("maxLength", len(text))].ljust(schema.get("minLength", 0), "x")
