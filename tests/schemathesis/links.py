"""Adds links to a description that has none: which operation can follow which answer, and with what.

By rule. A collection `/things` has items `/things/{thing_id}`; whatever lists, makes or returns a thing
leads to every operation below that item. Beside the rule stands a short list of ids that requests take
in their body or that answers hold under another name.
"""

METHODS = ("get", "put", "post", "delete", "patch")
API = "/api/v2/"
# Where an answer holds the id of another thing: method, path, place in the answer, the thing's path.
ELSEWHERE = [
    ("post", "invoices", "/payments/0/id", "payments/{payment_id}"),
    ("get", "invoices/{invoice_id}", "/payments/0/id", "payments/{payment_id}"),
    ("post", "invoices", "/payments/0/id", "payments/auto-charge-on-demand/{payment_id}"),
    ("get", "payments", "/data/*/id", "payments/auto-charge-on-demand/{payment_id}"),
    ("get", "products/{product_id}", "/prices/0/id", "products/{product_id}/prices/{price_id}"),
    ("post", "products", "/prices/0/id", "products/{product_id}/prices/{price_id}"),
]
# What a new thing is good for: the path of its collection, the path that takes it, and the body.
ID = "$response.body#/id"
TAKEN_BY = [
    ("products", "payment_links", {"items": [{"product_id": ID}]}),
    ("consumers", "payment_links", {"organization_consumer_id": ID}),
    ("consumers", "invoices", {"organization_consumer_id": ID}),
    ("consumers", "subscriptions", {"organization_consumer_id": ID}),
    ("consumers", "metered/metered-subscriptions", {"organization_consumer_id": ID}),
    ("coupons", "payment_links", {"coupons": [ID]}),
    ("coupons", "invoices", {"coupons": [ID]}),
    ("coupons", "subscriptions", {"coupons": [ID]}),
    ("metered/metered-subscriptions", "metered/meter", {"records": [{
        "product_id": "$response.body#/product_id",
        "organization_consumer_id": "$response.body#/organization_consumer_id",
    }]}),
]


def link(description: dict) -> int:
    """Adds the links to the description. How many there are."""
    paths, count = description["paths"], 0

    def add(method: str, path: str, to: str, to_method: str, **what: object) -> None:
        nonlocal count
        source = paths.get(API + path, {}).get(method)
        target = paths.get(API + to, {}).get(to_method)
        if source is None or target is None or source is target:
            return
        for status in ("200", "201"):
            if status in source["responses"]:
                links = source["responses"][status].setdefault("links", {})
                # With this mark Schemathesis understands `*` in places and takes one of what it finds.
                mark = {"x-schemathesis": {"is_inferred": True}}
                links[f"{to_method} {to} {len(links)}"] = {"operationId": target["operationId"], **what, **mark}
                count += 1

    for item in [path.removeprefix(API) for path in paths if path.endswith("_id}")]:
        collection, name = item[: item.rindex("/")], item[item.rindex("{") + 1: -1]
        below = [path.removeprefix(API) for path in paths if path.removeprefix(API).startswith(item)]
        # The ids of what it belongs to, such as the product of a price.
        outer = {part[1:-1]: f"$request.path.{part[1:-1]}" for part in collection.split("/") if part[0] == "{"}
        # What is done to a thing leads to all else that can be done to it.
        acts = [path for path in below if path != item and "{" not in path.removeprefix(item)]
        again = {**outer, name: f"$request.path.{name}"}
        for to in below:
            if "{" in to.removeprefix(item):
                continue
            for to_method in METHODS:
                for method, path, place in [
                    ("get", collection, "/data/*/id"), ("post", collection, "/id"), ("get", item, "/id"),
                    ("put", item, "/id"), *[(m, p, w) for m, p, w, i in ELSEWHERE if i == item],
                ]:
                    known = {"product_id": ID} if outer and path in ("products", "products/{product_id}") else outer
                    add(method, path, to, to_method, parameters={**known, name: f"$response.body#{place}"})
                for path in acts:
                    for method in ("post", "put"):
                        add(method, path, to, to_method, parameters=again)
    for collection, to, body in TAKEN_BY:
        add("post", collection, to, "post", requestBody=body)
    item = {"items": [{"payment_link_item_id": "$response.body#/items/0/id"}]}
    for method, path in [("post", "payment_links"), ("get", "payment_links/{payment_link_id}")]:
        add(method, path, "payment_links/{payment_link_id}/coupons", "patch",
            parameters={"payment_link_id": ID}, requestBody=item)
    return count
