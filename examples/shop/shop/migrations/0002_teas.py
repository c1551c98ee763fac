"""What there is to buy at first."""

from decimal import Decimal

from django.apps.registry import Apps
from django.db import migrations

TEAS = {"Assam": "6.50", "Darjeeling": "9.20", "Sencha": "7.80"}


def add(apps: Apps, _editor: object) -> None:
    product = apps.get_model("shop", "Product")
    for name, price in TEAS.items():
        product.objects.create(name=name, price=Decimal(price), stock=12)


class Migration(migrations.Migration):
    dependencies = (("shop", "0001_initial"),)
    operations = (migrations.RunPython(add, migrations.RunPython.noop),)
