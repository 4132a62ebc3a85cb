"""The tools as a scripted agent uses them."""

from decimal import Decimal

from stdio import Outcome, Server


class Failed(Exception):
    """A tool answered with an error."""

    @property
    def unclear(self) -> bool:
        """Whether the change may have been made."""
        return "OUTCOME IS UNKNOWN" in str(self)


class Tools:
    """Calls tools and reads exact values."""

    def __init__(self, server: Server):
        self._server = server
        listed = server.request("tools/list")["tools"]
        self.listed = {tool["name"]: tool for tool in listed}

    def changes(self, tool: str) -> bool:
        """Whether a tool says that it may change something."""
        return not self.listed[tool]["annotations"]["readOnlyHint"]

    def call(self, tool: str, **arguments) -> dict:
        """Calls a tool and returns its structured content."""
        given = {name: value for name, value in arguments.items() if value is not None}
        outcome = self.send(tool, given)
        if outcome.refused:
            raise Failed(outcome.text)
        return outcome.structured or {}

    def send(self, tool: str, arguments: dict) -> Outcome:
        """Calls a tool. Saboteurs replace this."""
        return self._server.call(tool, arguments)

    def pages(self, tool: str, **arguments) -> list[dict]:
        """Every item of a list. Saboteurs replace this."""
        items, page = [], 1
        while True:
            answer = self.call(tool, page=page, limit=100, **arguments)
            items += answer["data"]
            if not answer["pagination"]["has_next_page"]:
                return items
            page += 1

    def only(self, tool: str, **arguments) -> dict:
        """The only item of a list."""
        items = self.call(tool, **arguments)["data"]
        if len(items) != 1:
            raise LookupError(f"{tool} {arguments}: {len(items)} items")
        return items[0]


def total(amounts) -> Decimal:
    """An exact sum."""
    return sum((Decimal(str(amount)) for amount in amounts), Decimal())


class Full(Tools):
    """Asks for every list in full, as lists were before they were compact."""

    def send(self, tool: str, arguments: dict) -> Outcome:
        if "detail" in self.listed[tool]["inputSchema"]["properties"]:
            arguments = arguments | {"detail": "full"}
        return super().send(tool, arguments)
