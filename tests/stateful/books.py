"""The users of the model, their balances, the drawer and the closes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from typing import Any

Row = dict[str, Any]

CURRENCY = "KRW"
AMOUNT_MAX = 2**53 - 1


class ModelRefusedError(Exception):
    """The rule that says no.

    Args:
        code: Its public code.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def need(holds: object, code: str) -> None:
    """Refuse with a code unless something holds."""
    if not holds:
        raise ModelRefusedError(code)


class Books:
    """All users of a shop, what was booked, and what was closed.

    Args:
        clock: Gives the time now.
    """

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self.clock = clock
        self.users: dict[str, Row] = {}
        self.entries: dict[str, list[Row]] = {}
        self.other_sides: dict[str, str] = {}
        self.undone: dict[str, Row] = {}
        self.of_transfers: set[str] = set()
        self.cash_moves: list[int] = []
        self.closings: list[Row] = []
        self.closed_counts: dict[str, int] = {}
        self.closed_moves = 0
        self.keys: dict[tuple[str, str], tuple[object, Row]] = {}

    def _repeat(self, verb: str, key: str, request: object) -> Row | None:
        made = self.keys.get((verb, key))
        if made is None:
            return None
        need(made[0] == request, "key_conflict")
        return {**made[1], "replayed": True}

    def _bind(self, verb: str, key: str, request: object, answer: Row) -> Row:
        self.keys[verb, key] = (request, answer)
        return answer

    def _active(self, user: str) -> Row:
        need(user in self.users, "unknown_user")
        person = self.users[user]
        need(person["state"] != "blocked", "user_blocked")
        need(person["state"] != "closed", "user_closed")
        return person

    def add_user(self, user: str) -> Row:
        """A new user."""
        need(user not in self.users, "user_exists")
        person = {"user": user, "name": None, "state": "active", "balance": 0, "currency": CURRENCY}
        self.users[user] = person
        self.entries[user] = []
        return dict(person)

    def set_user(self, user: str, *, state: str) -> Row:
        """Block, close or make active."""
        need(user in self.users, "unknown_user")
        person = self.users[user]
        changes = state != person["state"]
        need(not (changes and state == "closed" and person["balance"]), "balance_not_zero")
        person["state"] = state
        return dict(person)

    def _enter(
        self,
        user: str,
        kind: str,
        amount: int,
        order: str | None,
        at: datetime,
        method: str | None = None,
        reverses: str | None = None,
    ) -> Row:
        person = self.users[user]
        person["balance"] += amount
        entry = {
            "id": f"{user}:{len(self.entries[user]) + 1:04d}",
            "at": at,
            "recorded_at": self.clock(),
            "kind": kind,
            "amount": amount,
            "balance_after": person["balance"],
            "order": order,
            "method": method,
            "reverses": reverses,
        }
        self.entries[user].append(entry)
        return entry

    def change(
        self,
        kind: str,
        user: str,
        amount: int | None,
        key: str,
        at: datetime | None = None,
        method: str | None = None,
    ) -> Row:
        """Charge, payout or adjustment; `amount` is as the caller gives it, None is all."""
        request = (user, amount, at)
        repeated = self._repeat(kind, key, request)
        if repeated is not None:
            return repeated
        need(user in self.users, "unknown_user")
        person = self.users[user]
        if kind == "charge":
            self._active(user)
        need(person["state"] != "closed", "user_closed")
        if kind == "payout":
            signed = -(max(person["balance"], 1) if amount is None else amount)
        else:
            signed = amount or 0
        need(person["balance"] + signed >= 0, "insufficient_balance")
        need(person["balance"] + signed <= AMOUNT_MAX, "balance_limit")
        how = None if kind == "adjustment" else method or "cash"
        entry = self._enter(user, kind, signed, None, at or self.clock(), how)
        answer = {
            "user": user,
            "amount": signed,
            "balance": person["balance"],
            "currency": CURRENCY,
            "entry": entry["id"],
            "at": entry["at"],
            "key": key,
            "replayed": False,
            "method": how,
        }
        return self._bind(kind, key, request, answer)

    def transfer(self, user: str, to: str, amount: int, key: str) -> Row:
        """Money from one user to another."""
        need(user != to, "invalid_input")
        request = (user, to, amount)
        repeated = self._repeat("transfer", key, request)
        if repeated is not None:
            return repeated
        giver, receiver = self._active(user), self._active(to)
        need(giver["balance"] >= amount, "insufficient_balance")
        need(receiver["balance"] + amount <= AMOUNT_MAX, "balance_limit")
        entry = self._enter(user, "transfer", -amount, None, self.clock())
        received = self._enter(to, "transfer", amount, None, self.clock())
        self.other_sides[entry["id"]] = received["id"]
        self.other_sides[received["id"]] = entry["id"]
        answer = {
            "user": user,
            "to": to,
            "amount": amount,
            "balance": giver["balance"],
            "currency": CURRENCY,
            "entry": entry["id"],
            "at": entry["at"],
            "key": key,
            "replayed": False,
        }
        return self._bind("transfer", key, request, answer)

    def _not_closed(self) -> list[Row]:
        return [
            entry
            for user, entries in self.entries.items()
            for entry in entries[self.closed_counts.get(user, 0) :]
        ]

    def _drawer_at_first(self) -> int:
        if not self.closings:
            return 0
        counted, expected = (self.closings[-1][f"cash_{name}"] for name in ("counted", "expected"))
        return int(expected if counted is None else counted)

    def _drawer(self) -> int:
        entered = sum(entry["amount"] for entry in self._not_closed() if entry["method"] == "cash")
        return self._drawer_at_first() + int(entered) + sum(self.cash_moves[self.closed_moves :])

    def cash(self, direction: str, amount: int, key: str) -> Row:
        """Cash put into the drawer or taken out."""
        repeated = self._repeat("cash", key, (direction, amount))
        if repeated is not None:
            return repeated
        signed = amount if direction == "in" else -amount
        drawer = self._drawer() + signed
        need(abs(drawer) <= AMOUNT_MAX, "balance_limit")
        self.cash_moves.append(signed)
        answer = {
            "entry": f"cash:{len(self.cash_moves)}",
            "amount": amount,
            "drawer": drawer,
            "replayed": False,
        }
        return self._bind("cash", key, (direction, amount), answer)

    def close(self, counted: int | None, key: str) -> Row:
        """The books since the last close."""
        repeated = self._repeat("close", key, counted)
        if repeated is not None:
            return repeated
        entries, moves = self._not_closed(), self.cash_moves[self.closed_moves :]
        sums: Counter[str] = Counter()
        methods: dict[str, Counter[str]] = {"charge": Counter(), "payout": Counter()}
        methods["reversal"] = Counter()
        for entry in entries:
            kind, amount = entry["kind"], entry["amount"]
            sums[kind] += amount
            if kind in methods and entry["id"] not in self.of_transfers:
                sign = 1 if kind == "charge" else -1
                methods[kind][entry["method"] or "none"] += sign * amount
        last = self.closings[-1] if self.closings else None
        opening = last["closing"] if last else 0
        answer: Row = {
            "number": len(self.closings) + 1,
            "entries": len(entries),
            "opening": opening,
            "charged": dict(methods["charge"]),
            "reversed": dict(methods["reversal"]),
            "paid_out": dict(methods["payout"]),
            "adjusted": sums["adjustment"],
            "sold": -sums["payment"],
            "refunded": sums["refund"],
            "closing": opening + sums.total(),
            "cash_in": sum(move for move in moves if move > 0),
            "cash_out": -sum(move for move in moves if move < 0),
            "cash_expected": self._drawer(),
            "cash_counted": counted,
            "grand_sales": (last["grand_sales"] if last else 0) - sums["payment"],
            "grand_refunds": (last["grand_refunds"] if last else 0) + sums["refund"],
            "replayed": False,
        }
        numbers = [value for value in answer.values() if isinstance(value, int)]
        parts = [amount for counter in methods.values() for amount in counter.values()]
        need(max(map(abs, [*numbers, *parts])) <= AMOUNT_MAX, "invalid_input")
        need(entries or moves or counted is not None, "nothing_to_close")
        self.closings.append(answer)
        self.closed_counts = {user: len(found) for user, found in self.entries.items()}
        self.closed_moves = len(self.cash_moves)
        return self._bind("close", key, counted, answer)

    def undo(self, name: str, key: str) -> Row:
        """Take back an entry, both sides of a transfer."""
        user = name.partition(":")[0]
        found = [entry for entry in self.entries.get(user, []) if entry["id"] == name]
        need(bool(found), "unknown_entry")
        pair = sorted({name, self.other_sides.get(name, name)}, key=self._amount_of)
        request = pair[0] if len(pair) > 1 else name
        made = self.keys.get(("undo", key))
        need(made is None or made[0] == request, "key_conflict")
        if name in self.undone:
            return {**self.undone[name], "replayed": True}
        undone = {"charge", "payout", "adjustment", "transfer"}
        need(found[0]["kind"] in undone, "entry_not_reversible")
        for side in pair:
            person = self.users[side.partition(":")[0]]
            need(person["state"] != "closed", "user_closed")
            after = person["balance"] - self._amount_of(side)
            need(after >= 0, "insufficient_balance")
            need(after <= AMOUNT_MAX, "balance_limit")
        self.keys["undo", key] = (request, {})
        for side in pair:
            self._take_back(side, key)
        return self.undone[name]

    def _amount_of(self, name: str) -> int:
        user, _, number = name.partition(":")
        return int(self.entries[user][int(number) - 1]["amount"])

    def _take_back(self, name: str, key: str) -> None:
        user, _, number = name.partition(":")
        entry = self.entries[user][int(number) - 1]
        amount = -entry["amount"]
        made = self._enter(user, "reversal", amount, None, self.clock(), entry["method"], name)
        if name in self.other_sides:
            self.of_transfers.add(made["id"])
        self.undone[name] = {
            "entry": made["id"],
            "reverses": name,
            "user": user,
            "amount": amount,
            "balance": made["balance_after"],
            "currency": CURRENCY,
            "at": made["at"],
            "key": key,
            "replayed": False,
            "drawer": None,
        }
