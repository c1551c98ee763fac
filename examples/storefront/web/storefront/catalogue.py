"""The catalogue: a database of products, made from a list in CSV."""

import csv
import sys
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

from sqlalchemy import URL, Engine, create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    """The tables of the catalogue."""


class Product(Base):
    """A tea, its price in cents, and how many packets of it are in stock."""

    __tablename__ = "products"

    sku: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    cents: Mapped[int]
    stock: Mapped[int]

    @property
    def price(self) -> str:
        return f"{Decimal(self.cents) / 100:.2f}"


def products(database: Path) -> Sequence[Product]:
    """All products by name."""
    with Session(_engine(database)) as session:
        return session.scalars(select(Product).order_by(Product.name)).all()


def make(listed: Path, database: Path) -> int:
    """Make the database from the list, and say how many products there are."""
    engine = _engine(database)
    Base.metadata.create_all(engine)
    with listed.open(encoding="utf-8", newline="") as file, Session(engine) as session:
        rows = list(csv.DictReader(file))
        session.add_all(
            Product(
                sku=row["sku"],
                name=row["name"],
                cents=int(Decimal(row["price"]) * 100),
                stock=int(row["stock"]),
            )
            for row in rows
        )
        session.commit()
    return len(rows)


def main() -> None:
    listed, database = map(Path, sys.argv[1:])
    print(f"{make(listed, database)} products in {database}")


def _engine(database: Path) -> Engine:
    return create_engine(URL.create("sqlite", database=str(database)))
