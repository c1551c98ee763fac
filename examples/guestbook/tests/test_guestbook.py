import os
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from guestbook.app import create_app


@pytest.fixture
def client(tmp_path: Path) -> FlaskClient:
    book = tmp_path / "guests.txt"
    return create_app(os.environ["GUESTBOOK_PAGE"], str(book)).test_client()


def test_the_book_is_empty_at_first(client: FlaskClient) -> None:
    assert client.get("/guests").json == []


def test_a_guest_signs(client: FlaskClient) -> None:
    signed = client.post("/guests", data={"name": "  Ada\nLovelace "})
    assert (signed.status_code, signed.json) == (201, ["Ada Lovelace"])
    assert client.get("/guests").json == ["Ada Lovelace"]


def test_the_page_and_its_script_are_served(client: FlaskClient) -> None:
    assert b'src="/page/app.js"' in client.get("/").data
    assert b"/guests" in client.get("/page/app.js").data
