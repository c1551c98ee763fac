"""What was sold, written years ago for Django 4.2 and never touched since."""

import os
from urllib.parse import urlsplit

import django
import psycopg
from django.conf import settings

SOLD = """
SELECT p.name, sum(o.quantity), sum(i.total)
FROM shop_order o
JOIN shop_product p ON p.id = o.product_id
JOIN shop_invoice i ON i.order_id = o.id
GROUP BY p.name ORDER BY p.name
"""


def main() -> None:
    """Print what was sold, and what it is printed with."""
    place = urlsplit(os.environ["SHOP_DATABASE"])
    database = {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": place.path.strip("/"),
        "USER": place.username,
        "PASSWORD": os.environ.get("DB_PASSWORD", ""),
        "HOST": place.hostname,
        "PORT": place.port,
    }
    settings.configure(DATABASES={"default": database})
    django.setup()
    from django.db import connection  # noqa: PLC0415 - needs the settings

    with connection.cursor() as cursor:
        cursor.execute(SOLD)
        for name, quantity, total in cursor.fetchall():
            print(f"{name}: {quantity} sold for {total}")
    print(f"Django {django.get_version()}, psycopg {psycopg.__version__}")
