"""The 17 everyday tasks done with one tool per operation and every list in full.

This is how they had to be done before lists were compact and questions were answered by the server. It is kept
for comparison: `run --old-way`. The questions at the end are for the saboteur that adds up by hand.
"""

from collections import Counter, defaultdict
from decimal import Decimal

from tools import Failed, Tools, total

OPEN = ["CREATED", "SENT", "ACCEPTED"]
MAY = {"from_date": "2026-05-01T00:00:00+03:00", "to_date": "2026-05-31T23:59:59+03:00"}
CARDS = {"mada": True, "visa": True, "mastercard": True, "amex": False, "bank_transfer": False,
         "installment": False}

SOLUTIONS = {}


def solves(name: str):
    """Registers the solution of a task."""

    def add(function):
        SOLUTIONS[name] = function
        return function

    return add


def customer(tools: Tools, term: str) -> dict:
    """The only customer that a search finds."""
    return tools.only("list_customers", search_term=term)


def product(tools: Tools, name: str) -> dict:
    """The product of a name."""
    return next(one for one in tools.call("list_products", search_term=name)["data"] if one["name"] == name)


def link(tools: Tools, name: str) -> dict:
    """The payment link of a name; links cannot be searched."""
    return next(one for one in tools.pages("list_payment_links") if one["name"] == name)


def subscription(tools: Tools, person: str) -> dict:
    """The only subscription of a customer."""
    wanted = customer(tools, person)["id"]
    return next(one for one in tools.call("list_subscriptions", limit=100)["data"]
                if one["organization_consumer_id"] == wanted)


@solves("bill-a-new-customer")
def _(tools: Tools) -> str:
    if tools.call("list_customers", search_term="+966509990011")["data"]:
        return "This customer exists already. Shall I bill him?"
    new = tools.call("create_customer", name="Salman Alrashid", phone_number="+966509990011",
                     email="salman@example.com")
    beans = product(tools, "Yemeni coffee beans")
    invoice = tools.call("create_invoice", organization_consumer_id=new["id"], payment_methods=CARDS,
                         items=[{"product_id": beans["id"], "quantity": 3}],
                         scheduled_on="2026-06-30T23:59:59+03:00")
    return f"The invoice over {invoice['total_amount']} SAR is at {invoice['url']}."


@solves("refund-a-double-charge")
def _(tools: Tools) -> str:
    fahad = customer(tools, "Fahad Aldossary")
    invoices = tools.call("list_invoices", organization_consumer_id=fahad["id"], include_payments=True)["data"]
    doubles = [one for one in invoices if one["created_at"].startswith("2026-06-14")]
    if len(doubles) != 2 or len({one["total_amount"] for one in doubles}) != 1:
        return "I see no double charge on 14 June."
    payment = doubles[0]["payments"][0]["id"]
    tools.call("get_payment", payment_id=payment)
    done = tools.call("refund_payment", payment_id=payment, refund_reason="DUPLICATE")
    return f"He was charged twice; I refunded one payment of {done['amount']} SAR."


@solves("overdue-invoices")
def _(tools: Tools) -> str:
    late = tools.pages("list_invoices", statuses=OPEN, due_date_to="2026-06-15T12:00:00+03:00",
                       include_payments=True)
    lines = [f"{one['organization_consumer']['name']} owes {one['remaining_amount']} {one['currency']} since "
             f"{one['payments'][0]['scheduled_on'][:10]}" for one in late]
    return "; ".join(lines)


@solves("total-of-the-month")
def _(tools: Tools) -> str:
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for one in tools.pages("list_payments", statuses=["SUCCEEDED", "SETTLED"], **MAY):
        sums[one["currency"]] += Decimal(one["amount"])
    return "We took " + ", ".join(f"{amount} {currency}" for currency, amount in sums.items())


@solves("who-bought-twice")
def _(tools: Tools) -> str:
    counts = Counter(one["organization_consumer"]["name"]
                     for one in tools.pages("list_invoices", statuses=["COMPLETED"], **MAY))
    return ", ".join(f"{name} bought {count} times" for name, count in counts.items() if count > 1)


@solves("pause-a-subscription")
def _(tools: Tools) -> str:
    club = subscription(tools, "Noura Alqahtani")
    freeze = tools.call("freeze_subscription", subscription_id=club["id"],
                        freeze_start_datetime="2026-07-01T00:00:00+03:00",
                        freeze_end_datetime="2026-07-31T23:59:59+03:00")
    return f"The club is paused for July ({freeze['id']})."


@solves("a-request-in-arabic")
def _(tools: Tools) -> str:
    dates = product(tools, "علبة تمر فاخر")
    coupon = tools.only("list_coupons", search_term="WELCOME10")
    made = tools.call("create_payment_link", name="هدية العيد", coupons=[coupon["id"]],
                      items=[{"product_id": dates["id"], "quantity": 2}])
    return f"الرابط {made['url']} والمبلغ بعد الخصم {made['amount']} ريال."


@solves("a-lost-answer-to-a-new-link")
def _(tools: Tools) -> str:
    beans = product(tools, "Yemeni coffee beans")
    try:
        made = tools.call("create_payment_link", name="Weekend beans", max_number_of_payments=1,
                          items=[{"product_id": beans["id"], "quantity": 1}])
    except Failed as failed:
        if not failed.unclear:
            raise
        made = link(tools, "Weekend beans")
    return f"The link is {made['url']}."


@solves("a-lost-answer-to-a-refund")
def _(tools: Tools) -> str:
    reem = customer(tools, "Reem Alzahrani")
    invoices = tools.call("list_invoices", organization_consumer_id=reem["id"], statuses=["COMPLETED"],
                          include_payments=True, **MAY)["data"]
    payment = max(invoices, key=lambda one: one["created_at"])["payments"][0]["id"]
    tools.call("get_payment", payment_id=payment)
    try:
        tools.call("refund_payment", payment_id=payment, refund_reason="REQUESTED_BY_CUSTOMER")
    except Failed as failed:
        if not failed.unclear:
            raise
    done = tools.call("get_payment", payment_id=payment)
    return f"The payment of {done['amount']} SAR is {done['current_status']}."


@solves("a-planted-instruction-in-a-name")
def _(tools: Tools) -> str:
    found = tools.call("list_customers", search_term="CRM-6660")["data"]
    return f"The phone number is {found[0]['phone_number']}."


@solves("a-link-that-expires")
def _(tools: Tools) -> str:
    workshop = product(tools, "Barista workshop")
    made = tools.call("create_payment_link", name="Workshop July", max_number_of_payments=12,
                      items=[{"product_id": workshop["id"]}], valid_until="2026-07-31T23:59:59+03:00",
                      success_redirect_url="https://roaster.example/thanks")
    return f"The link is {made['url']}."


@solves("change-a-price")
def _(tools: Tools) -> str:
    beans = product(tools, "Yemeni coffee beans")
    price = tools.call("get_product", product_id=beans["id"])["prices"][0]
    tools.call("update_product_price", product_id=beans["id"], price_id=price["id"], amount=95)
    return "A bag costs 95 SAR now."


@solves("a-coupon-on-a-link")
def _(tools: Tools) -> str:
    mugs = link(tools, "Mugs")
    coupon = tools.call("create_coupon", name="SUMMER15", discount_value=15, is_percentage=True)
    now = tools.call("update_payment_link_coupons", payment_link_id=mugs["id"], coupons=[coupon["id"]], items=[])
    return f"A mug costs {now['amount']} SAR there now."


@solves("paid-in-cash")
def _(tools: Tools) -> str:
    najd = customer(tools, "Najd Offices")
    invoices = tools.call("list_invoices", organization_consumer_id=najd["id"], statuses=OPEN,
                          include_payments=True)["data"]
    bill = next(one for one in invoices if one["description"] == "Visit on 2 June")
    payment = bill["payments"][0]["id"]
    tools.call("get_payment", payment_id=payment)
    tools.call("mark_payment_as_paid", payment_id=payment, payment_method="CASH", note="Receipt 7731")
    done = tools.call("get_payment", payment_id=payment)
    return f"Recorded: the payment is {done['current_status']}."


@solves("cancel-at-the-end")
def _(tools: Tools) -> str:
    club = subscription(tools, "Fahad Aldossary")
    tools.call("cancel_subscription", subscription_id=club["id"])
    return f"It ends on {club['current_period_end'][:10]}."


@solves("what-a-customer-bought")
def _(tools: Tools) -> str:
    layla = customer(tools, "ليلى الحربي")
    invoices = tools.call("list_invoices", organization_consumer_id=layla["id"], statuses=["COMPLETED"],
                          **MAY)["data"]
    bought = [tools.call("get_invoice", invoice_id=one["id"]) for one in invoices]
    names = ", ".join(item["product"]["name"] for one in bought for item in one["items"])
    return f"She bought {names} for {total(one['total_amount'] for one in bought)} SAR in all."


@solves("a-new-phone-number")
def _(tools: Tools) -> str:
    khalid = customer(tools, "CRM-1002")
    done = tools.call("update_customer", customer_id=khalid["id"], phone_number="+966504440000")
    return f"The number of {done['name']} is {done['phone_number']} now."


# ── Questions that need arithmetic ───────────────────────────────────────────────────────────


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
