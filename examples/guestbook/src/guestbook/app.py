"""The application: a page, and the guests who signed."""

import os
from pathlib import Path

from flask import Flask, Response, request
from flask.cli import FlaskGroup


def create_app(page: str | None = None, file: str | None = None) -> Flask:
    """The book in `file`, behind the page in the folder `page`."""
    folder = page or os.environ["GUESTBOOK_PAGE"]
    book = Path(file or os.environ["GUESTBOOK_FILE"])
    app = Flask(__name__, static_folder=str(Path(folder).absolute()), static_url_path="/page")

    @app.get("/")
    def index() -> Response:
        return app.send_static_file("index.html")

    @app.get("/guests")
    def guests() -> list[str]:
        return book.read_text().splitlines() if book.exists() else []

    @app.post("/guests")
    def sign() -> tuple[list[str], int]:
        with book.open("a") as pages:
            print(" ".join(request.form["name"].split()), file=pages)
        return guests(), 201

    return app


main = FlaskGroup(create_app=create_app)
