"""What the shop runs on, and what it has to sell, as JSON."""

import json
import platform
from importlib.metadata import version

from storefront.shop import app, settings


def main() -> None:
    shop = settings()
    listed = app.test_client().get("/products").get_json()
    report = {
        "program": "storefront",
        "python": platform.python_version(),
        "flask": version("flask"),
        "sqlalchemy": version("sqlalchemy"),
        "shop": shop["name"],
        "currency": shop["currency"],
        "products": [product["sku"] for product in listed],
    }
    print(json.dumps(report, indent=2))
