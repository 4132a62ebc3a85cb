"""What the repository says about its tools, read from committed files and never from the server.

`spec/tools/*.json` says what a client must see, `docs/tools.md` says which request each tool makes, and
the API description says where each argument goes. Together they determine the one request that a call
must cause.
"""

import json
import re
from dataclasses import dataclass
from functools import cached_property

from install import ROOT

# Built into the server, so they appear in no generated file.
BUILTIN = {"list_stream_docs", "get_stream_doc", "list_api_endpoints", "get_api_endpoint",
           "search_api_endpoints", "summarize_payments", "summarize_invoices", "list_overdue_invoices",
           "get_customer_overview"}
_ROW = re.compile(r"^\| `(?P<name>\w+)`<br>[^|]*\| [^|]* \| `(?P<method>[A-Z]+) (?P<path>[^`]+)`"
                  r"(?P<fixed>[^|]*)\| (?P<arguments>.*) \|$", re.M)
_FIXED = re.compile(r"`(\w+)` = `([^`]+)`")
_RENAMED = re.compile(r"`(\w+)`\*{0,2} \(API: `(\w+)`\)")


@dataclass(frozen=True)
class Request:
    """A request in a comparable form."""

    method: str
    path: str
    query: tuple[tuple[str, str], ...]
    body: object


@dataclass(frozen=True)
class Tool:
    """A tool that calls one operation of the API."""

    name: str
    method: str
    path: str
    fixed: dict
    renamed: dict[str, str]
    definition: dict

    @property
    def input(self) -> dict:
        """The schema of its arguments."""
        return self.definition["inputSchema"]

    @property
    def output(self) -> dict:
        """The schema of its result."""
        return self.definition["outputSchema"]

    @property
    def reads(self) -> bool:
        """Whether it changes nothing."""
        return self.definition["annotations"]["readOnlyHint"]

    @property
    def idempotent(self) -> bool:
        """Whether it is safe to retry."""
        return self.definition["annotations"]["idempotentHint"]

    @cached_property
    def ids(self) -> list[str]:
        """The arguments that go into the path."""
        names = re.findall(r"\{(\w+)\}", self.path)
        back = {api: own for own, api in self.renamed.items()}
        return [back.get(name, name) for name in names]


class Catalogue:
    """All tools, and the description that says where their arguments go."""

    def __init__(self, description: dict):
        self.description = description
        pinned = (ROOT / "docs" / "tools.md").read_text()
        rows = {row["name"]: row for row in _ROW.finditer(pinned)}
        files = sorted((ROOT / "spec" / "tools").glob("*.json"))
        definitions = {file.stem: json.loads(file.read_text()) for file in files}
        if set(rows) != set(definitions):
            differ = sorted(set(rows) ^ set(definitions))
            raise ValueError(f"docs/tools.md and spec/tools differ: {differ}")
        self.tools = {name: self._tool(row, definitions[name]) for name, row in rows.items()}

    @staticmethod
    def _tool(row, definition: dict) -> Tool:
        fixed = {name: json.loads(value) for name, value in _FIXED.findall(row["fixed"])}
        return Tool(row["name"], row["method"], row["path"], fixed,
                    dict(_RENAMED.findall(row["arguments"])), definition)

    def operation(self, tool: Tool) -> dict:
        """Returns the description of a tool's operation."""
        return self.description["paths"][tool.path][tool.method.lower()]

    def request(self, tool: Tool, arguments: dict) -> Request:
        """Returns the request that a call with these arguments must cause."""
        path, query, body = tool.path, [], dict(tool.fixed)
        in_query = {parameter["name"] for parameter in self._parameters(tool)
                    if parameter["in"] == "query"}
        for own, value in arguments.items():
            name = tool.renamed.get(own, own)
            if f"{{{name}}}" in path:
                path = path.replace(f"{{{name}}}", value)
            elif name in in_query:
                values = value if isinstance(value, list) else [value]
                query += [(name, _in_query(each)) for each in values if each is not None]
            else:
                body[name] = value
        wanted = self.operation(tool).get("requestBody")
        if wanted:
            body = self._with_defaults(next(iter(wanted["content"].values()))["schema"], body)
        empty = {} if wanted and wanted.get("required") else None
        return Request(tool.method, path, tuple(sorted(query)), body or empty)

    def _with_defaults(self, schema: dict, value):
        """Adds the members that the API requires and the tool need not be given."""
        if not isinstance(value, dict):
            return value
        filled = dict(value)
        for part in self._parts(schema):
            for name, of in part.get("properties", {}).items():
                if name in filled:
                    filled[name] = self._with_defaults(of, filled[name])
                elif "default" in of.get("x-tool-input", {}):
                    filled[name] = of["x-tool-input"]["default"]
        return filled

    def _parts(self, schema: dict):
        """The objects that a schema consists of."""
        if "$ref" in schema:
            schema = self._resolved(schema["$ref"])
        yield schema
        for each in schema.get("anyOf", []) + schema.get("allOf", []) + schema.get("oneOf", []):
            yield from self._parts(each)

    def _resolved(self, reference: str) -> dict:
        found = self.description
        for step in reference.removeprefix("#/").split("/"):
            found = found[step]
        return found

    def _parameters(self, tool: Tool):
        item = self.description["paths"][tool.path]
        for parameter in item.get("parameters", []) + self.operation(tool).get("parameters", []):
            while "$ref" in parameter:
                parameter = self._resolved(parameter["$ref"])
            yield parameter

    def operations(self) -> set[tuple[str, str]]:
        """Every operation in the description."""
        return operations(self.description)


def operations(description: dict) -> set[tuple[str, str]]:
    """Returns every method and path template of a description."""
    methods = {"get", "put", "post", "delete", "patch"}
    return {(method.upper(), path)
            for path, item in description["paths"].items()
            for method in item if method in methods}


def template_of(templates: set[tuple[str, str]], method: str, path: str) -> tuple[str, str] | None:
    """Returns the operation that a request addressed; literal segments take precedence over parameters."""
    fitting = [(known, template) for known, template in templates
               if known == method
               and re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", template), path)]
    return min(fitting, key=lambda pair: pair[1].count("{"), default=None)


def _in_query(value) -> str:
    """Formats a value as it appears in a URL."""
    return value if isinstance(value, str) else json.dumps(value)
