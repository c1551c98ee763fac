"""The books: what the stock is worth. Written years ago, and it works.

It can't run beside today's shop in one environment: Flask took `JSONEncoder` away in 2.3, and
SQLAlchemy took `engine.execute` away in 2.0.
"""

import os
import platform
from decimal import Decimal
from importlib.metadata import version

import sqlalchemy
from flask import Flask, Response, jsonify
from flask.json import JSONEncoder


class MoneyEncoder(JSONEncoder):
    def default(self, o: object) -> object:
        if isinstance(o, Decimal):
            return "{:.2f} {}".format(o, os.environ["LEDGER_CURRENCY"])
        return JSONEncoder.default(self, o)


app = Flask(__name__)
app.json_encoder = MoneyEncoder


@app.route("/stock")
def stock() -> Response:
    url = sqlalchemy.engine.URL.create("sqlite", database=os.environ["LEDGER_CATALOGUE"])
    rows = sqlalchemy.create_engine(url).execute(
        "select sum(stock), sum(stock * cents) from products"
    )
    packets, cents = rows.fetchone()
    return jsonify(
        program="ledger",
        python=platform.python_version(),
        flask=version("flask"),
        sqlalchemy=version("sqlalchemy"),
        packets=packets,
        worth=Decimal(cents) / 100,
    )


def main() -> None:
    print(app.test_client().get("/stock").get_data(as_text=True).strip())
