"""The pages."""

from django.http import HttpRequest, HttpResponse
from django.urls import path


def today(_request: HttpRequest) -> HttpResponse:
    """Show what was written today."""
    return HttpResponse("Nothing yet.")


urlpatterns = [path("", today)]
