"""The addresses of the pages."""

from django.contrib import admin
from django.urls import path

from shop import views

urlpatterns = [
    path("", views.products, name="products"),
    path("orders/", views.take_order, name="take-order"),
    path("orders/<int:pk>/", views.show_order, name="order"),
    path("health", views.health, name="health"),
    path("admin/", admin.site.urls),
]
