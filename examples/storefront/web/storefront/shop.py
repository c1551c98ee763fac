"""The shop: `/` for people, `/products` for programs."""

import configparser
import os
from pathlib import Path

from flask import Flask, render_template_string

from storefront.catalogue import products

HOME = Path(os.environ["STOREFRONT_HOME"])
PAGE = """\
<!doctype html>
<title>{{ shop["name"] }}</title>
<h1>{{ shop["name"] }}</h1>
<ul>
{%- for product in products %}
  <li>{{ product.name }}, {{ product.price }} {{ shop["currency"] }}</li>
{%- endfor %}
</ul>
"""

app = Flask(__name__)


def settings() -> configparser.SectionProxy:
    """The settings in the section `shop`."""
    parser = configparser.ConfigParser()
    parser.read_string((HOME / "etc/storefront.ini").read_text(encoding="utf-8"))
    return parser["shop"]


@app.get("/")
def front() -> str:
    shop = settings()
    return render_template_string(PAGE, shop=shop, products=products(HOME / shop["catalogue"]))


@app.get("/products")
def listed() -> list[dict[str, str | int]]:
    return [
        {
            "sku": product.sku,
            "name": product.name,
            "price": product.price,
            "stock": product.stock,
        }
        for product in products(HOME / settings()["catalogue"])
    ]
