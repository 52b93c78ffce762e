"""The facade: verbs are use cases as they are, typed, described, loaded when called."""

from __future__ import annotations

import inspect
import json
import pydoc
import subprocess
import sys

import pytest

from shopcli import Shop
from shopcli.engine import facade, parts
from shopcli.engine.use_cases import balances, orders
from tests.factories import user

PARTS = [
    kind
    for kind in (Shop, *vars(parts).values())
    if isinstance(kind, type) and issubclass(kind, facade.Facade) and kind is not facade.Facade
]


def _verbs(kind: type) -> list[str]:
    return [name for name, member in inspect.getmembers(kind, inspect.isfunction) if name[0] != "_"]


def test_a_verb_has_the_signature_of_its_use_case() -> None:
    """What `inspect` tells of a verb is the use case's, with `self` instead of the runtime."""
    of_verb, of_use_case = inspect.signature(Shop.charge), inspect.signature(balances.charge)

    assert list(of_verb.parameters) == ["self", *list(of_use_case.parameters)[1:]]
    assert list(of_verb.parameters.values())[1:] == list(of_use_case.parameters.values())[1:]
    assert of_verb.return_annotation == of_use_case.return_annotation
    assert list(inspect.signature(Shop.order).parameters)[:3] == ["self", "user", "lines"]


def test_a_bound_verb_has_no_self(shop: Shop) -> None:
    """Of an open shop the verb is told as it is called."""
    assert list(inspect.signature(shop.charge).parameters)[:2] == ["user", "amount"]


def test_help_shows_what_a_verb_raises() -> None:
    """`help(Shop.charge)` is the use case's docstring, without the runtime that nobody gives."""
    told = pydoc.plain(pydoc.render_doc(Shop.charge))

    assert "charge(self, user: " in told
    assert "BalanceLimit: The balance would pass" in told
    assert "runtime" not in told
    assert inspect.getsource(Shop.order) == inspect.getsource(orders.place)


@pytest.mark.parametrize("kind", PARTS, ids=lambda kind: kind.__name__)
def test_every_verb_says_what_it_does(kind: type) -> None:
    """Each verb of each part has a name of its own, and a docstring."""
    for name in _verbs(kind):
        verb = getattr(kind, name)
        assert (verb.__name__, verb.__qualname__) == (name, f"{kind.__name__}.{name}")
        assert verb.__doc__
        assert "runtime" not in verb.__doc__, name


def test_type_checkers_know_a_verb(shop: Shop) -> None:
    """Mypy keeps each signature: a comment below that ignored nothing would fail the type check."""
    user(shop, "kim")

    charged: int = shop.charge("kim", 10_000).balance
    assert charged == 10_000
    with pytest.raises(TypeError):
        shop.charge("kim")  # type: ignore[call-arg]  # what is tested
    with pytest.raises(TypeError):
        shop.charge("kim", 5, given="no such word")  # type: ignore[call-arg]  # as above
    assert shop.balance("kim").balance != "10000"  # type: ignore[comparison-overlap]  # as above


def test_a_use_case_is_loaded_by_its_first_call(tmp_path: object) -> None:
    """A program that reads a balance loads nothing of orders, products and coupons."""
    script = (
        "import json, sys; from shopcli import Shop\n"
        "Shop.create(sys.argv[1]); loaded = set(sys.modules)\n"
        "shop = Shop.open(sys.argv[1])\n"
        "try: shop.balance('kim')\n"
        "except Exception as error: assert error.code == 'unknown_user'\n"
        "print(json.dumps([name for name in sys.modules if name.startswith('shopcli.engine.')]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, f"{tmp_path}/shop.db"],
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = {
        name.removeprefix("shopcli.engine.").removeprefix("use_cases.")
        for name in json.loads(done.stdout)
    }

    assert "balances" in loaded
    assert not loaded & {"orders", "products", "coupons", "cancellations", "sales", "parts"}
