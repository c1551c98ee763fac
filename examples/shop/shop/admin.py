"""What can be edited in Django's own pages."""

from django.contrib import admin

from shop.models import Invoice, Order, Product

admin.site.register([Product, Order, Invoice])
