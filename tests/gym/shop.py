"""The seeded shop: a coffee roaster in Riyadh with three months of history, made through the API."""

import random
from datetime import datetime, timedelta, timezone
from pathlib import Path

from world import NOW, World

VISA = "4111111111111111"
MADA = "4201320111111010"
START = "2026-03-20T06:00:00Z"
FAR = "2090-01-15T20:59:59Z"

FIRST = ["Ahmad", "Sara", "Khalid", "Reem", "Fahad", "Huda", "Omar", "Layla", "Yousef", "Mona",
         "نورة", "خالد", "سارة", "فهد", "ريم", "منى", "عمر", "ليلى", "يوسف", "هدى"]
LAST = ["Alharbi", "Alqahtani", "Aldossary", "Alotaibi", "Alghamdi", "Alshehri",
        "العتيبي", "القحطاني", "الدوسري", "الغامدي", "الشهري", "الحربي"]

METHODS = {"mada": True, "visa": True, "mastercard": True, "amex": False, "bank_transfer": True,
           "installment": False}


class Shop:
    """Fills an empty simulator."""

    def __init__(self, world: World):
        self.world = world
        self.products: dict[str, str] = {}
        self.customers: dict[str, str] = {}
        self.links: dict[str, str] = {}

    def post(self, path: str, **body) -> dict:
        """Creates something."""
        return self.world.api("POST", path, body)

    def product(self, name: str, about: str, prices: dict[str, str], **more) -> str:
        """A product; one-time unless `more` says otherwise."""
        listed = [{"currency": currency, "amount": amount} for currency, amount in prices.items()]
        body = {"name": name, "description": about, "type": "ONE_OFF", "prices": listed} | more
        self.products[name] = self.post("products", **body)["id"]
        return self.products[name]

    def customer(self, name: str, phone: str | None = None, email: str | None = None, **more) -> str:
        """A customer."""
        body = {"name": name, "phone_number": phone, "email": email} | more
        made = self.post("consumers", **{key: value for key, value in body.items() if value is not None})
        self.customers[name] = made["id"]
        return made["id"]

    def link(self, name: str, product: str, **more) -> str:
        """A payment link for one product."""
        body = {"name": name, "items": [{"product_id": self.products[product]}]} | more
        self.links[name] = self.post("payment_links", **body)["id"]
        return self.links[name]

    def pay(self, link: str, name: str, phone: str, card: str = VISA) -> dict:
        """Somebody pays a link."""
        attempt = {"card": card, "customer": {"name": name, "phone_number": phone}}
        return self.world.control("POST", f"payment_links/{self.links[link]}/pay", attempt)

    def bill(self, customer: str, product: str, due: str, quantity: int = 1, **more) -> dict:
        """An invoice that waits for its payment."""
        return self.post("invoices", organization_consumer_id=self.customers[customer],
                         items=[{"product_id": self.products[product], "quantity": quantity}],
                         payment_methods=METHODS, scheduled_on=due, **more)

    def subscribe(self, customer: str, product: str) -> dict:
        """A running subscription with a saved card."""
        name = f"{product} for {customer}"
        self.link(name, product, organization_consumer_id=self.customers[customer],
                  max_number_of_payments=1)
        return self.world.control("POST", f"payment_links/{self.links[name]}/pay", {"card": VISA})

    def at(self, moment: str) -> None:
        """Moves the clock."""
        self.world.control("POST", "clock", {"to": moment})


def moments(first: str, days: int, count: int) -> list[str]:
    """Moments spread evenly over some days, in order."""
    begin = datetime.fromisoformat(first).astimezone(timezone.utc)
    step = timedelta(days=days) / count
    return [(begin + step * number).strftime("%Y-%m-%dT%H:%M:%SZ") for number in range(count)]


def seed(binary: Path, data: Path, log: Path) -> None:
    """Writes the shop into a file that simulators of tasks start from."""
    with World(binary, data, log, START) as world:
        shop = Shop(world)
        stock(shop)
        people(shop)
        history(shop)


def stock(shop: Shop) -> None:
    """What is on sale."""
    shop.product("Yemeni coffee beans", "Single origin, 500 g", {"SAR": "89"})
    shop.product("Coffee grinder", "Electric, conical burrs", {"SAR": "649"})
    shop.product("Barista workshop", "One day, with lunch", {"SAR": "1200"})
    shop.product("علبة تمر فاخر", "Gift box of dates", {"SAR": "120"})
    shop.product("Ceramic mug", "Handmade, 300 ml", {"SAR": "45.50"})
    shop.product("Machine cleaning", "Visit of a technician", {"SAR": "250"})
    shop.product("Saffron tin", "Exported worldwide", {"SAR": "95", "KWD": "7.750", "USD": "25"})
    month = {"type": "RECURRING", "recurring_interval": "MONTH"}
    shop.product("Coffee club", "A bag of beans each month", {"SAR": "149"}, **month)
    shop.product("Office coffee", "Beans and service for offices", {"SAR": "499"}, **month)
    shop.product("Courier kilometers", "Billed by distance", {"SAR": "1.50"},
                 **month | {"type": "METERED"})
    shop.product("Old gift card", "No longer printed", {"SAR": "50"})
    shop.post("coupons", name="WELCOME10", discount_value="10", is_percentage=True)
    shop.post("coupons", name="RAMADAN25", discount_value="25", currency="SAR")
    for product, name in [("Yemeni coffee beans", "Beans"), ("Ceramic mug", "Mugs"),
                          ("علبة تمر فاخر", "تمر"), ("Coffee grinder", "Grinder spring offer")]:
        shop.link(name, product)
    shop.link("Saffron Kuwait", "Saffron tin", currency="KWD")
    shop.link("Saffron export", "Saffron tin", currency="USD")


def people(shop: Shop) -> None:
    """Customers whom tasks are about."""
    shop.customer("Noura Alqahtani", "+966501112233", "noura@example.com", external_id="CRM-1001")
    shop.customer("Khalid Alshehri", "+966504445566", "khalid@example.com", external_id="CRM-1002")
    shop.customer("Ahmad Ali", "+966505550001", "ahmad.ali@example.com")
    shop.customer("Ahmad Ali", "+966505550002", "a.ali@example.net")
    shop.customer("Reem Alzahrani", "+966505556677", "reem@example.com")
    shop.customer("Fahad Aldossary", "+966502223344", "fahad@example.com")
    shop.customer("ليلى الحربي", "+966507778899", "layla@example.com")
    address = {"address_line_1": "2929 King Fahd Road", "city": "Riyadh", "country": "SA"}
    for name, mail in [("Oasis Hospitality", "accounts@oasis.example.com"),
                       ("Najd Offices", "billing@najd.example.com"),
                       ("Red Sea Tours", "finance@redsea.example.com")]:
        shop.customer(name, None, mail, consumer_type="BUSINESS", address=address)


def history(shop: Shop) -> None:
    """Three months of sales, subscriptions and unpaid invoices."""
    dice = random.Random(20260615)
    shelf = ["Beans", "Mugs", "تمر", "Beans", "Grinder spring offer"]
    names = [f"{first} {last}" for first in FIRST for last in LAST]
    passers = [(name, f"+96655{number:07d}") for number, name in enumerate(names) if name not in shop.customers]
    dice.shuffle(passers)
    # April, when the office's first bills were written.
    for number, moment in enumerate(moments("2026-04-01T07:00:00+00:00", 28, 24)):
        shop.at(moment)
        shop.pay(shelf[number % 5], *passers[number])
    shop.bill("Oasis Hospitality", "Yemeni coffee beans", "2026-05-10T20:59:59Z", 10,
              description="Office supply, April")
    shop.bill("Red Sea Tours", "Saffron tin", "2026-05-20T20:59:59Z", 4, currency="USD",
              description="Welcome gifts")
    # May: everybody buys once, except three.
    twice = {5: ("Khalid Alshehri", "+966504445566"), 61: ("Khalid Alshehri", "+966504445566"),
             33: ("Reem Alzahrani", "+966505556677"), 80: ("Reem Alzahrani", "+966505556677"),
             99: ("Reem Alzahrani", "+966505556677"), 45: ("ليلى الحربي", "+966507778899"),
             90: ("ليلى الحربي", "+966507778899")}
    for number, moment in enumerate(moments("2026-05-01T05:00:00+00:00", 30, 116)):
        shop.at(moment)
        link = {40: "Saffron Kuwait", 70: "Saffron Kuwait", 50: "Saffron export"}.get(
            number, shelf[dice.randrange(5)])
        card = MADA if number % 3 else VISA
        receipt = shop.pay(link, *twice.get(number, passers[40 + number]), card)
        if number == 30:
            shop.world.api("POST", f"payments/{receipt['payment_id']}/refund",
                           {"refund_reason": "REQUESTED_BY_CUSTOMER", "refund_note": "arrived broken"})
    # Half past midnight in Riyadh on 1 June, which is still May in UTC.
    shop.at("2026-05-31T21:30:00Z")
    shop.pay("Grinder spring offer", *passers[170])
    shop.at("2026-06-02T08:00:00Z")
    shop.subscribe("Noura Alqahtani", "Coffee club")
    shop.subscribe("Najd Offices", "Office coffee")
    shop.subscribe("Fahad Aldossary", "Coffee club")
    shop.at("2026-06-03T08:00:00Z")
    shop.bill("Najd Offices", "Machine cleaning", "2026-06-08T20:59:59Z", description="Visit on 2 June")
    shop.bill("Oasis Hospitality", "Ceramic mug", FAR, 12, description="Mugs for the lobby")
    shop.bill("Reem Alzahrani", "Barista workshop", FAR, description="Workshop in autumn")
    for number, moment in enumerate(moments("2026-06-04T07:00:00+00:00", 10, 18)):
        shop.at(moment)
        shop.pay(shelf[number % 5], *passers[175 + number])
    # The same person pays the same thing twice within a minute.
    shop.at("2026-06-14T10:00:00Z")
    shop.pay("Grinder spring offer", "Fahad Aldossary", "+966502223344")
    shop.at("2026-06-14T10:00:40Z")
    shop.pay("Grinder spring offer", "Fahad Aldossary", "+966502223344")
    shop.at(NOW)
