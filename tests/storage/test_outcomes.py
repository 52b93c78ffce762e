"""What a caller is told of a change whose answer got lost on its way from Postgres.

Every verb is cut off where it commits: by its one statement, or by COMMIT. Whether or not the
server had it, the outcome is unknown and comes with a key under which the verb is done once.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO

import pytest

from shopcli import Shop
from shopcli.domain.errors import DatabaseUnreachable, NotAllowed, OutcomeUnknown
from shopcli.storage.lock_waits import wait_until
from tests import factories
from tests.raw_rows import dump, raw_database
from tests.storage.cutting_proxy import CuttingProxy, nobody_writes
from tests.storage.verbs import COMMIT, KEYED, KEYLESS, PROCEDURE

pytestmark = pytest.mark.postgres

BOTH = pytest.mark.parametrize("forward", [True, False], ids=["done", "not done"])


@pytest.fixture
def url(postgres_shop_url: str) -> str:
    """The address of a shop with something to buy."""
    with Shop.open(postgres_shop_url) as shop:
        factories.stocked(shop)
        factories.coupon(shop, "TENTH")
    return postgres_shop_url


@pytest.fixture
def proxy(url: str) -> Iterator[CuttingProxy]:
    """A proxy in front of it."""
    with CuttingProxy(url) as running:
        yield running


@pytest.fixture
def distant(proxy: CuttingProxy) -> Iterator[Shop]:
    """That shop, open through the proxy; its statements travel as text."""
    with Shop.open(f"{proxy.url}&prepare_threshold=none") as shop:
        yield shop


def _settled(url: str) -> object:
    """Every row, once nobody writes any more."""
    assert wait_until(lambda: nobody_writes(url), 20)
    return dump(url)


@BOTH
@pytest.mark.parametrize("name", KEYED)
def test_a_verb_whose_answer_is_lost_can_be_repeated_by_its_key(
    url: str,
    distant: Shop,
    proxy: CuttingProxy,
    name: str,
    forward: bool,  # noqa: FBT001 - a case
) -> None:
    """The key is told, whoever made it, and the verb under it is done once."""
    verb = KEYED[name]
    order = verb.first(distant)
    given = "K1" if forward else None
    before = dump(url)
    proxy.cut_at(verb.commits, forward=forward)

    with pytest.raises(OutcomeUnknown) as caught:
        verb.do(distant, given, order)

    key = caught.value.details["key"]
    assert isinstance(key, str)
    assert key == (given or key)
    assert (_settled(url) != before) is forward
    again = verb.do(distant, key, order)
    assert getattr(again, "replayed", None) is forward
    assert distant.verify().ok


@BOTH
@pytest.mark.parametrize("name", KEYLESS)
def test_a_change_without_a_key_is_unknown_too(
    url: str,
    distant: Shop,
    proxy: CuttingProxy,
    name: str,
    forward: bool,  # noqa: FBT001 - a case
) -> None:
    """No change is said not to have happened once its commit was sent."""
    before = dump(url)
    proxy.cut_at(KEYLESS[name].commits, forward=forward)

    with pytest.raises(OutcomeUnknown) as caught:
        KEYLESS[name].do(distant, None, "")

    assert caught.value.details["key"] is None
    assert (_settled(url) != before) is forward


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("order", b"FROM (SELECT 1 AS one) anchor"),
        ("cancel", b"INTO cancellations"),
        ("refund", b"INTO refund_lines"),
        ("payout of all", b"INTO balance_entries"),
        ("order", b"BEGIN"),
    ],
)
def test_a_verb_lost_before_it_commits_has_not_happened(
    url: str, distant: Shop, proxy: CuttingProxy, name: str, message: bytes
) -> None:
    """What reads, and what a COMMIT would have followed, is known to have changed nothing."""
    verb = KEYED[name]
    order = verb.first(distant)
    before = dump(url)
    if message == b"BEGIN":
        proxy.close()
    else:
        proxy.cut_at(message, forward=True)

    with pytest.raises(DatabaseUnreachable):
        verb.do(distant, "K1", order)
    assert _settled(url) == before


@BOTH
def test_a_read_is_never_unknown(
    distant: Shop,
    proxy: CuttingProxy,
    forward: bool,  # noqa: FBT001 - a case
) -> None:
    """Where the end of a read gets lost, what it read is answered."""
    proxy.cut_at(COMMIT, forward=forward)

    assert distant.balance("kim").balance == 100_000


@BOTH
def test_opening_is_never_unknown(
    proxy: CuttingProxy,
    forward: bool,  # noqa: FBT001 - a case
) -> None:
    """To recognise a shop is to read."""
    proxy.cut_at(COMMIT, forward=forward)

    with Shop.open(proxy.url) as shop:
        assert shop.currency == "KRW"


@BOTH
def test_an_import_says_how_far_it_came(
    url: str,
    distant: Shop,
    proxy: CuttingProxy,
    forward: bool,  # noqa: FBT001 - a case
) -> None:
    """Lost in the commit of its second batch, it counts the first, and goes on when run again."""
    rows = b"".join(b"o%d,kim,LATTE,1\n" % number for number in range(10))
    head = b"key,user,sku,quantity\n"
    seen: list[int] = []

    def progress(phase: str, done: int, _total: int | None) -> None:
        if phase == "applied" and done and not seen:
            seen.append(done)
            proxy.cut_at(COMMIT, forward=forward)

    size = 1_000  # more rows than a first batch holds
    many = b"".join(b"c%d,kim,1\n" % number for number in range(size * 10))
    with pytest.raises(OutcomeUnknown) as caught:
        distant.imports.run(
            "charges", "c.csv", stream=BytesIO(b"key,user,amount\n" + many), progress=progress
        )
    assert caught.value.details["rows_done"] == seen[0]
    assert _settled(url)
    done = distant.imports.run("charges", "c.csv", stream=BytesIO(b"key,user,amount\n" + many))
    assert (done.replayed > seen[0]) is forward
    assert done.created + done.replayed == size * 10
    assert distant.imports.run("orders", "o.csv", stream=BytesIO(head + rows)).created == 10
    assert distant.verify().ok


def test_a_login_without_rights_is_told_so(url: str) -> None:
    """A right that is missing is no matter of which server, and names the role."""
    with raw_database(url) as raw:
        raw.run("DROP ROLE IF EXISTS shop_test_nobody")
        raw.run("CREATE ROLE shop_test_nobody")
        raw.run("GRANT USAGE ON SCHEMA public TO shop_test_nobody")
        separator = "&" if "?" in url else "?"
        bound = f"{url}{separator}options=-c%20role%3Dshop_test_nobody"
        try:
            with pytest.raises(NotAllowed) as caught:
                Shop.open(bound)
            assert (caught.value.code, caught.value.exit_code) == ("not_allowed", 1)
            assert "role" in caught.value.details
            raw.run("GRANT SELECT ON ALL TABLES IN SCHEMA public TO shop_test_nobody")
            with Shop.open(bound) as shop, pytest.raises(NotAllowed):
                shop.charge("kim", 5)
        finally:
            raw.run("DROP OWNED BY shop_test_nobody")
            raw.run("DROP ROLE shop_test_nobody")


def test_a_booking_of_the_past_is_unknown_too(url: str, distant: Shop, proxy: CuttingProxy) -> None:
    """The procedure books the past as it does the present."""
    proxy.cut_at(PROCEDURE, forward=True)
    at = datetime(2026, 11, 1, tzinfo=UTC)

    with pytest.raises(OutcomeUnknown) as caught:
        distant.book("kim", {"LATTE": 1}, ordered_at=at, key="past")
    assert caught.value.details == {"key": "past"}
    assert _settled(url)
    assert distant.book("kim", {"LATTE": 1}, ordered_at=at, key="past").replayed
