"""Products, orders and invoices."""

from django.db import migrations, models
from django.db.models.deletion import PROTECT


def _key() -> tuple[str, models.Field]:
    return "id", models.BigAutoField(
        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
    )


class Migration(migrations.Migration):
    initial = True
    operations = (
        migrations.CreateModel(
            "Product",
            [
                _key(),
                ("name", models.CharField(max_length=100, unique=True)),
                ("price", models.DecimalField(max_digits=8, decimal_places=2)),
                ("stock", models.PositiveIntegerField()),
            ],
        ),
        migrations.CreateModel(
            "Order",
            [
                _key(),
                ("quantity", models.PositiveIntegerField()),
                ("placed", models.DateTimeField(auto_now_add=True)),
                ("product", models.ForeignKey("shop.Product", PROTECT)),
            ],
        ),
        migrations.CreateModel(
            "Invoice",
            [
                _key(),
                ("total", models.DecimalField(max_digits=10, decimal_places=2)),
                ("written", models.DateTimeField(auto_now_add=True)),
                ("order", models.OneToOneField("shop.Order", PROTECT)),
            ],
        ),
    )
