"""What is done in the background."""

from celery import shared_task

from shop.models import Invoice, Order, Product

FULL = 12


@shared_task
def write_invoice(order: int) -> None:
    """Write the invoice of an order, once."""
    ordered = Order.objects.select_related("product").get(pk=order)
    total = ordered.quantity * ordered.product.price
    Invoice.objects.get_or_create(order=ordered, defaults={"total": total})


@shared_task
def restock() -> None:
    """Buy what is sold out."""
    Product.objects.filter(stock=0).update(stock=FULL)
