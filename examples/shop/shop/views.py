"""The pages."""

from functools import partial

import django
from django.db import connection, transaction
from django.db.models import F
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from shop.models import Order, Product
from shop.tasks import write_invoice


@require_GET
def products(request: HttpRequest) -> HttpResponse:
    """What there is to buy."""
    return render(request, "shop/products.html", {"products": Product.objects.order_by("name")})


@require_POST
def take_order(request: HttpRequest) -> HttpResponse:
    """Take an order, and have its invoice written in the background."""
    try:
        quantity = int(request.POST.get("quantity", "1"))
    except ValueError:
        quantity = 0
    if quantity < 1:
        return HttpResponse("How many?", status=400)
    with transaction.atomic():
        product = get_object_or_404(Product.objects.select_for_update(), pk=request.POST["product"])
        if product.stock < quantity:
            return HttpResponse("So much is not there.", status=409)
        Product.objects.filter(pk=product.pk).update(stock=F("stock") - quantity)
        order = Order.objects.create(product=product, quantity=quantity)
        transaction.on_commit(partial(write_invoice.delay, order.pk))
    return redirect("order", order.pk)


@require_GET
def show_order(request: HttpRequest, pk: int) -> HttpResponse:
    """An order, and its invoice once it is written."""
    order = get_object_or_404(Order.objects.select_related("product", "invoice"), pk=pk)
    return render(request, "shop/order.html", {"order": order})


@require_GET
def health(_request: HttpRequest) -> HttpResponse:
    """Whether the shop is well: it answers, and so does its database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM shop_product")
        [count] = cursor.fetchone()
    return JsonResponse({"products": count, "django": django.get_version()})
