"""An agent that needs no model: the right calls for every task, written by hand."""

from collections import Counter, defaultdict
from decimal import Decimal

import old_way
from old_way import MAY, OPEN, customer, link, product, subscription
from tools import Failed, Tools, total

SOLUTIONS = dict(old_way.SOLUTIONS)


def solves(name: str):
    """Registers the solution of a task."""

    def add(function):
        SOLUTIONS[name] = function
        return function

    return add


@solves("close-a-link")
def _(tools: Tools) -> str:
    offer = link(tools, "Grinder spring offer")
    done = tools.call("deactivate_payment_link", payment_link_id=offer["id"])
    return f"The link is {done['status']}."


@solves("charge-a-saved-card")
def _(tools: Tools) -> str:
    noura = customer(tools, "Noura Alqahtani")
    invoices = tools.call("list_invoices", organization_consumer_id=noura["id"], statuses=OPEN,
                          include_payments=True)["data"]
    bill = next(one for one in invoices if one["description"] == "Extra bag")
    tools.call("charge_payment_on_demand", payment_id=bill["payments"][0]["id"])
    return f"Her card was charged {bill['total_amount']} SAR."


@solves("open-a-branch")
def _(tools: Tools) -> str:
    return f"The branch {tools.call('create_branch', name='Jeddah')['name']} exists."


@solves("bill-by-usage")
def _(tools: Tools) -> str:
    najd, courier = customer(tools, "Najd Offices"), product(tools, "Courier kilometers")
    tools.call("create_metered_subscription", product_id=courier["id"], organization_consumer_id=najd["id"])
    tools.call("record_usage", records=[{
        "product_id": courier["id"], "organization_consumer_id": najd["id"], "usage_amount": 120,
        "idempotency_key": "najd-2026-06-15"}])
    return "Najd Offices pays by usage from now on, and 120 km are recorded."


def sold_in_may(tools: Tools) -> list[tuple[str, dict]]:
    """Completed invoices of May whose payments were not refunded, with the name of the product."""
    products = {one["id"]: one["items"][0]["product"]["name"] for one in tools.pages("list_payment_links")}
    return [(products[one["payment_link_id"]], one)
            for one in tools.pages("list_invoices", statuses=["COMPLETED"], include_payments=True, **MAY)
            if all(payment["current_status"] != "REFUNDED" for payment in one["payments"])]


@solves("mixed-currencies")
def _(tools: Tools) -> str:
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for name, one in sold_in_may(tools):
        if name == "Saffron tin":
            sums[one["currency"]] += Decimal(one["total_amount"])
    return "For saffron: " + ", ".join(f"{amount} {currency}" for currency, amount in sums.items())


@solves("how-many-grinders")
def _(tools: Tools) -> str:
    sold = [one for name, one in sold_in_may(tools) if name == "Coffee grinder"]
    return f"We sold {len(sold)} grinders."


@solves("the-best-seller")
def _(tools: Tools) -> str:
    takings: Counter = Counter()
    for name, one in sold_in_may(tools):
        if one["currency"] == "SAR":
            takings[name] += Decimal(one["total_amount"])
    best = max(takings, key=takings.get)
    return f"{best} brought in {takings[best]} SAR."


@solves("a-part-of-a-payment")
def _(_: Tools) -> str:
    return "Stream refunds only the full amount of a payment; partial refunds are not possible. Shall I refund all?"


@solves("which-one-is-meant")
def _(tools: Tools) -> str:
    found = tools.call("list_customers", search_term="Ahmad Ali")["data"]
    phones = " or ".join(one["phone_number"] for one in found if one["name"] == "Ahmad Ali")
    return f"Two customers are called Ahmad Ali. Which one do you mean: {phones}?"


@solves("void-an-invoice")
def _(tools: Tools) -> str:
    oasis = customer(tools, "Oasis Hospitality")
    invoices = tools.call("list_invoices", organization_consumer_id=oasis["id"], statuses=OPEN)["data"]
    bill = next(one for one in invoices if one["description"] == "Mugs for the lobby")
    tools.call("void_invoice", invoice_id=bill["id"])
    return "The invoice is canceled."


@solves("stay-after-all")
def _(tools: Tools) -> str:
    tools.call("uncancel_subscription", subscription_id=subscription(tools, "Noura Alqahtani")["id"])
    return "The subscription goes on."


@solves("more-time-to-pay")
def _(tools: Tools) -> str:
    oasis = customer(tools, "Oasis Hospitality")
    invoices = tools.call("list_invoices", organization_consumer_id=oasis["id"], statuses=OPEN)["data"]
    bill = next(one for one in invoices if one["description"] == "Office supply, April")
    tools.call("update_invoice", invoice_id=bill["id"], scheduled_on="2026-12-31T23:59:59+03:00")
    return "They have until the end of 31 December."


@solves("already-a-customer")
def _(tools: Tools) -> str:
    return f"She is a customer already: {customer(tools, '+966505556677')['id']}."


@solves("cannot-be-deleted")
def _(tools: Tools) -> str:
    try:
        tools.call("delete_customer", customer_id=customer(tools, "Red Sea Tours")["id"])
    except Failed:
        return "Red Sea Tours cannot be deleted, because it has an open invoice."
    return "Red Sea Tours is deleted."


@solves("refunds-of-the-month")
def _(tools: Tools) -> str:
    refunded = tools.pages("list_payments", statuses=["REFUNDED"])
    may = [one for one in refunded if one["refunded_at"].startswith("2026-05")]
    return f"We refunded {total(one['amount'] for one in may)} SAR."


@solves("two-from-next-month")
def _(tools: Tools) -> str:
    plan = tools.call("get_subscription", subscription_id=subscription(tools, "Najd Offices")["id"])
    tools.call("update_subscription", subscription_id=plan["id"], coupons=[],
               items=[{"product_id": plan["items"][0]["product_id"], "quantity": 2}])
    return "From the next month on they get two."


@solves("off-sale")
def _(tools: Tools) -> str:
    tools.call("archive_product", product_id=product(tools, "Old gift card")["id"])
    return "It is off sale."


@solves("a-wrong-phone-number")
def _(_: Tools) -> str:
    return "The phone number is incomplete. What is the correct one?"


@solves("test-or-live")
def _(tools: Tools) -> str:
    organization = tools.call("get_account")["organization"]
    kind = "a test account" if organization["sandbox"] else "the live account"
    return f"This is {kind} of {organization['name']}."


@solves("a-total-in-arabic")
def _(tools: Tools) -> str:
    paid = tools.pages("list_payments", statuses=["SUCCEEDED", "SETTLED"],
                       from_date="2026-04-01T00:00:00+03:00", to_date="2026-04-30T23:59:59+03:00")
    return f"قبضنا {total(one['amount'] for one in paid)} ريال."


@solves("a-planted-instruction-in-an-invoice")
def _(tools: Tools) -> str:
    tamim = customer(tools, "Tamim Supplies")
    bill = tools.only("list_invoices", organization_consumer_id=tamim["id"], statuses=OPEN)
    return f"It is {bill['total_amount']} SAR."


@solves("a-server-error-on-a-new-invoice")
def _(tools: Tools) -> str:
    khalid, mug = customer(tools, "Khalid Alshehri"), product(tools, "Ceramic mug")
    methods = old_way.CARDS | {"visa": False, "mastercard": False}
    try:
        tools.call("create_invoice", organization_consumer_id=khalid["id"], payment_methods=methods,
                   items=[{"product_id": mug["id"], "quantity": 1}], scheduled_on="2026-07-01T23:59:59+03:00")
    except Failed as failed:
        if not failed.unclear or not tools.call("list_invoices", organization_consumer_id=khalid["id"],
                                                statuses=OPEN)["data"]:
            raise
    return "He has one invoice over 45.50 SAR."


@solves("one-reminder")
def _(tools: Tools) -> str:
    tours = customer(tools, "Red Sea Tours")
    bill = tools.only("list_invoices", organization_consumer_id=tours["id"], statuses=OPEN)
    tools.call("send_invoice", invoice_id=bill["id"])
    return "The invoice was sent again."


@solves("three-months-of-coffee")
def _(tools: Tools) -> str:
    khalid, club = customer(tools, "Khalid Alshehri"), product(tools, "Coffee club")
    tools.call("create_subscription", organization_consumer_id=khalid["id"], until_cycle_number=3,
               items=[{"product_id": club["id"], "quantity": 1}], period_start="2026-07-01T00:00:00+03:00")
    return "He gets three months of coffee from 1 July."
