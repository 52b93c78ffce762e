"""The command `refund`, and how receipts tell what went back."""

from __future__ import annotations

import json

import pytest

from tests.cli.conftest import Prompt


@pytest.fixture
def order(stocked: Prompt) -> str:
    """The id of an order of three LATTE and a BAGEL, with a coupon."""
    stocked.done("claim", "TENTH", "-u", "kim")
    placed = stocked.done("order", "LATTE:3", "BAGEL", "--coupon", "TENTH", "-u", "kim")
    return str(placed["order"])


def test_a_refund_says_what_went_back(stocked: Prompt, order: str) -> None:
    """As text each product, where it is now, the sum, the balance, the key; a repeat says so."""
    line = ("refund", order[-6:], "LATTE:2", "BAGEL", "--reason", "spilt", "--key", "r1")

    first, again = stocked(*line, terminal=True), stocked(*line, terminal=True)

    assert first.code == again.code == 0
    for told in (order, "2 x LATTE  8,100", "1 x BAGEL  ", "back in stock", "r1"):
        assert told in first.out
    assert "done before" not in first.out
    assert "done before" in again.out
    lost = stocked("refund", order, "LATTE", "--reason", "r", "--lost", terminal=True)
    assert "4,050, not back in stock" in lost.out


def test_a_refund_as_json_has_minor_units(stocked: Prompt, order: str) -> None:
    """Lines with what each gave back; in TSV they are SKU:QTY and the amount is in major units."""
    given = stocked.done("refund", order, "LATTE", "LATTE", "--reason", "r", "--key", "k")

    assert given == {
        "order": order,
        "lines": [{"sku": "LATTE", "quantity": 2, "refunded": 8100, "restocked": 2}],
        "refunded": 8100,
        "state": "paid",
        "balance": stocked.done("balance", "-u", "kim")["balance"],
        "currency": "KRW",
        "key": "k",
        "replayed": False,
    }
    piped = stocked("refund", order, "LATTE:1", "--reason", "r").out.splitlines()
    record = dict(zip(*(line.split("\t") for line in piped), strict=True))
    assert (record["lines"], record["refunded"]) == ("LATTE:1", "4050")


def test_a_receipt_lists_what_went_back(stocked: Prompt, order: str) -> None:
    """Each refund with its time, reason and products, then what a cancellation gave back."""
    stocked.done("refund", order, "LATTE:2", "--reason", "spilt")
    stocked.done("refund", order, "BAGEL", "--lost", "--reason", "never came")

    found = stocked.done("receipt", order)
    assert [refund["reason"] for refund in found["refunds"]] == ["spilt", "never came"]
    assert found["refunded"] == sum(refund["refunded"] for refund in found["refunds"])
    header, row = stocked("receipt", order).out.splitlines()
    told = dict(zip(header.split("\t"), row.split("\t"), strict=True))
    assert (told["state"], told["refunds"]) == ("paid", "LATTE:2 BAGEL:1")
    text = stocked("receipt", order, terminal=True).out
    for part in ("refunded 8,100 KRW", ": spilt", "2 x LATTE", ": never came", "not back in stock"):
        assert part in text
    stocked.done("cancel", order)
    text = stocked("receipt", order, terminal=True).out
    assert "refunded 4,050 KRW, cancelled" in text
    assert stocked.done("receipt", order)["refunded"] == found["total"]


def test_a_barcode_does_for_a_sku(stocked: Prompt, order: str) -> None:
    """What the scanner reads, with or without its zeros, is the product."""
    stocked.done("product", "set", "LATTE", "--barcode", "012345678905")

    given = stocked.done("refund", order, "12345678905:2", "--reason", "r")

    assert [(line["sku"], line["quantity"]) for line in given["lines"]] == [("LATTE", 2)]


def test_too_much_is_refused_with_what_is_left(stocked: Prompt, order: str) -> None:
    """A product that is not in it, or not so often, is named; the advice shows the receipt."""
    answer = stocked("refund", order, "LATTE:4", "NONE", "--reason", "r", "--json")

    assert (answer.code, answer.out, answer.error["code"]) == (1, "", "refund_exceeds_order")
    assert answer.error["details"]["items"] == [
        {"sku": "LATTE", "requested": 4, "left": 3},
        {"sku": "NONE", "requested": 1, "left": 0},
    ]
    assert f"shop receipt {order}" in answer.error["fix"]
    text = stocked("refund", order, "LATTE:4", "--reason", "r").err
    assert "LATTE (4 wanted, 3 left)" in text
    stocked.done("cancel", order)
    assert "was cancelled" in stocked("refund", order, "LATTE", "--reason", "r").err


def test_a_quantity_without_its_colon_is_advised(stocked: Prompt, order: str) -> None:
    """`LATTE 2` is not two of it: the line to type is told, and works."""
    error = stocked("refund", order, "LATTE", "2", "--reason", "a b", "--lost", "--json").error

    assert f"shop refund {order} LATTE:2 --reason='a b' --lost" in error["fix"]


def test_what_is_late_wants_force(stocked: Prompt, order: str) -> None:
    """After the time to cancel the advice is --force; a reason is always needed."""
    assert stocked.refused("refund", order, "LATTE") == (2, "invalid_input")
    stocked.clock.advance(days=2)
    answer = stocked("refund", order, "LATTE", "--reason", "r", "--json")

    assert (answer.code, answer.error["code"]) == (1, "order_not_cancellable")
    assert "--force" in answer.error["fix"]
    assert "shop cancel" not in answer.error["fix"]
    stocked.done("refund", order, "LATTE", "--reason", "r", "--force")


def test_the_event_goes_out_after_the_answer(stocked: Prompt, order: str) -> None:
    """The outbox holds paid, refunded and cancelled events of an order, numbered."""
    stocked.done("refund", order, "LATTE", "--reason", "r")
    stocked.done("cancel", order)

    listed = sorted(stocked.done("outbox", "list"), key=lambda event: int(event["sequence"]))
    assert [(event["sequence"], event["type"]) for event in listed] == [
        (1, "shop.order.paid"),
        (2, "shop.order.refunded"),
        (3, "shop.order.cancelled"),
    ]
    shown = stocked.done("outbox", "show", listed[1]["id"])
    body = json.loads(shown["body"]) if isinstance(shown["body"], str) else shown["body"]
    assert body["data"]["refunded_lines"][0]["sku"] == "LATTE"
