"""What the shop keeps."""

from django.db import models


class Product(models.Model):
    """Something to buy, and how much of it is there."""

    name = models.CharField(max_length=100, unique=True)
    price = models.DecimalField(max_digits=8, decimal_places=2)
    stock = models.PositiveIntegerField()

    def __str__(self) -> str:
        return self.name


class Order(models.Model):
    """What somebody ordered."""

    product = models.ForeignKey(Product, on_delete=models.PROTECT)
    quantity = models.PositiveIntegerField()
    placed = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.quantity} of {self.product}"


class Invoice(models.Model):
    """What an order costs, written in the background."""

    order = models.OneToOneField(Order, on_delete=models.PROTECT)
    total = models.DecimalField(max_digits=10, decimal_places=2)
    written = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"Invoice {self.pk}: {self.total}"
