"""Somebody who visits the shop, at an address of the loopback interface and nowhere else."""

import json
import re
from http.cookiejar import CookieJar
from typing import Any
from urllib.parse import urlencode, urlsplit
from urllib.request import HTTPCookieProcessor, ProxyHandler, Request, build_opener

from tests.e2e.shop.machine import LOOPBACK, PATIENCE, awaited

_FORM = re.compile(r"<form .*?</form>", re.DOTALL)
_HIDDEN = re.compile(r'type="hidden" name="(\w+)" value="(\w+)"')


class Browser:
    """Keeps cookies, and sends forms with what is hidden in them."""

    def __init__(self, port: int) -> None:
        self.site = f"http://{LOOPBACK}:{port}"
        self._opener = build_opener(HTTPCookieProcessor(CookieJar()), ProxyHandler({}))

    def page(self, path: str, form: dict[str, str] | None = None) -> str:
        """A page, or what comes of a form. Raises `HTTPError` for an error."""
        return self._asked(path, form)[1]

    def health(self) -> Any:
        """What the health page says."""
        return json.loads(self.page("/health"))

    def order(self, tea: str, quantity: int) -> str:
        """Order by the form on the first page, and return the path of the order."""
        [form] = [form for form in _FORM.findall(self.page("/")) if f"\n{tea}: " in form]
        hidden = dict(_HIDDEN.findall(form))
        url, _ = self._asked("/orders/", {**hidden, "quantity": str(quantity)})
        return urlsplit(url).path

    def invoice(self, order: str) -> str:
        """What an order costs, once the worker has written that down."""
        written = re.compile(r"Invoice \d+: ([\d.]+)")
        [total] = awaited(lambda: written.findall(self.page(order)), f"the invoice of {order}")
        return total

    def _asked(self, path: str, form: dict[str, str] | None) -> tuple[str, str]:
        content = urlencode(form).encode() if form else None
        request = Request(self.site + path, content, {"Referer": self.site})
        with self._opener.open(request, timeout=PATIENCE) as answer:
            assert answer.url.startswith(f"{self.site}/"), answer.url
            return answer.url, answer.read().decode()
