"""The use case that imports a file: `shop.imports`."""

from __future__ import annotations

import gc
import hashlib
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from shopcli.domain.batch.grammar import KINDS, Kind, grammar
from shopcli.domain.batch.records import STANDARD_INPUT
from shopcli.domain.errors import (
    InvalidInput,
    KeyConflict,
    NotAllowed,
    NotAShop,
    OutcomeUnknown,
    PartlyDone,
    ReadOnly,
    ShopError,
    TryLater,
)
from shopcli.domain.showing import inert
from shopcli.engine.imports.batches import Applier
from shopcli.engine.imports.plan import Choices, Outcome, Plan
from shopcli.engine.imports.reading.cells import Checker
from shopcli.engine.imports.reading.checked import Checked
from shopcli.engine.imports.reading.json_rows import JsonChecker
from shopcli.engine.imports.reading.malformed import Malformed
from shopcli.engine.imports.reading.source import Source, format_of, opened
from shopcli.engine.imports.rejects import Rejects, checked_rejects, rejects_path
from shopcli.engine.runtime import retried
from shopcli.storage import products, users

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from shopcli.engine.imports.reading.malformed import Own
    from shopcli.engine.runtime import Runtime

    Progress = Callable[[str, int, int | None], None]

CHANNEL = "import"
_REJECTIONS_SHOWN = 100


@dataclass(frozen=True, slots=True)
class ImportSummary:
    """The result of an import. Counts are lines; for orders, `created` and `replayed` are orders.

    `rejections` holds the first hundred rejected lines. `differences` holds what a dry run of
    products would change, product by product; `left_alone` of each is what the file has otherwise
    and no option changes. `stock_left` counts the lines with another stock than their product's
    that was left alone, as `choices.stock` is None. `future` counts the lines that were
    taken, or would be, with a time later than now. `swallowed` counts the lines that look like
    rows but are within a quoted cell; `first_swallowed` is the first and last line of the first
    record with such lines.
    `key_conflicts` counts the rejected lines whose key, or batch, has done something else.
    `rejects_failure` says which file the rejected lines could not be written to, and why.
    """

    rows: int
    created: int
    updated: int
    unchanged: int
    replayed: int
    rejected: int
    rejects_file: str | None
    dry_run: bool
    batch: str | None
    rejections: tuple[dict[str, Any], ...]
    differences: tuple[dict[str, Any], ...]
    stock_left: int
    first_stock_left_line: int | None
    future: int
    first_future_line: int | None
    swallowed: int
    first_swallowed: tuple[int, int] | None
    key_conflicts: int
    rejects_failure: dict[str, str] | None


def run(
    runtime: Runtime,
    kind: str,
    path: str | Path,
    *,
    stream: IO[bytes] | None = None,
    form: str | None = None,
    choices: Choices | None = None,
    max_errors: int | None = 0,
    rejects: str | Path | None = None,
    progress: Progress | None = None,
    worded: Callable[[ShopError], str] = str,
) -> ImportSummary:
    """Import a file: read and check all of it, then apply it in short transactions.

    An interrupted import can be run again: rows applied before are recognised by their keys.

    Args:
        runtime: What every use case is given.
        kind: products, users, charges, claims, coupons or orders.
        path: Path of the file; with `stream`, the name to call it in messages.
        stream: Binary stream to read instead of the file.
        form: csv, tsv or jsonl; by the suffix of the path if None.
        choices: Options of the import, such as what to do about existing rows.
        max_errors: Number of malformed lines to reject before the input is refused; any if None.
        rejects: Path of the file for rejected rows, or of a character device; beside the input
            if None.
        progress: Called with (phase, rows done, rows in all or None), first with 0 rows done in
            each phase; while rows are checked, the number in all is an estimate.
        worded: Turns an error into the text for the rejects file and `details.errors`.

    Raises:
        InvalidInput: The input is malformed, with `details.errors`, or rejected rows can not be
            written to what lies at `rejects`; nothing was applied.
        Busy: Others held the database too long; applied rows stay. Like every error that ends an
            import halfway, its details hold `rows_done` and `rows`.

    Emits:
        shop.order.paid, for each order created, unless `choices.events` is skip
    """
    if kind not in KINDS:
        raise InvalidInput("What can be imported: {kinds}.", details={"kinds": list(KINDS)})
    chosen = choices or Choices()
    chosen.check(kind)
    name = str(path)
    wanted = None if rejects is None else checked_rejects(rejects)
    importer = replace(runtime, origin=runtime.origin._replace(channel=CHANNEL))
    run = _Run(importer, kind, name, chosen, form, progress, worded)
    with _without_collecting():
        return run.run(stream, max_errors, wanted)


@contextmanager
def _without_collecting() -> Iterator[None]:
    """Disable the garbage collector: rows form no cycles, and it would take a third of the time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


class _Run:
    """One import."""

    def __init__(
        self,
        runtime: Runtime,
        kind: Kind,
        name: str,
        choices: Choices,
        form: str | None,
        progress: Progress | None,
        worded: Callable[[ShopError], str],
    ) -> None:
        identity = runtime.identity
        self._runtime = runtime
        self._kind = kind
        self._name = name
        self._choices = choices
        self._form = format_of("-" if name == "-" else name, form)
        self._progress = progress or (lambda _phase, _done, _total: None)
        self._worded = worded
        self._rules = grammar(
            kind,
            exponent=identity.exponent,
            currency=identity.currency,
            timezone=identity.timezone,
            changes_existing=choices.on_existing != "error" or choices.stock is not None,
            historical=choices.historical,
            is_known=cache(self._is_known),
        )
        self._total = Outcome()
        self._done = 0
        self._rejections: list[dict[str, Any]] = []
        self._key_conflicts = 0

    def run(
        self, stream: IO[bytes] | None, max_errors: int | None, wanted: Path | None
    ) -> ImportSummary:
        with ExitStack() as stack:
            rejects = self._rejects = stack.enter_context(Rejects(self._rules, self._form))
            malformed = Malformed(max_errors, self._put_aside, worded=self._worded)
            checker = (JsonChecker if self._form == "jsonl" else Checker)(
                self._rules,
                self._form,
                malformed,
                historical=self._choices.historical,
                ignores_state=self._choices.ignore_state,
            )
            checked = stack.enter_context(
                Checked(
                    self._rules,
                    checker,
                    malformed,
                    rejects,
                    self._choices.key_prefix,
                    is_rehearsed=self._choices.dry_run,
                    same_key_once=self._choices.same_key_once,
                )
            )
            rejects.header = checker.header.names
            batch = self._read(checked, stream)
            self._apply(checked, batch)
            kept, failure = None, None
            if not self._choices.dry_run:
                path = wanted or rejects_path(self._name, self._form)
                try:
                    kept = rejects.keep(path)
                except OSError as error:  # all other rows are applied
                    failure = {"file": inert(path), "why": error.strerror or str(error)}
            return ImportSummary(
                rows=checked.row_count,
                created=self._total.created,
                updated=self._total.updated,
                unchanged=self._total.unchanged,
                replayed=self._total.replayed,
                rejected=rejects.line_count,
                rejects_file=None if kept is None else str(kept),
                dry_run=self._choices.dry_run,
                batch=batch if self._choices.stock is not None else None,
                rejections=tuple(self._rejections),
                differences=tuple(self._total.differences),
                stock_left=self._total.stock_left,
                first_stock_left_line=self._total.first_stock_left_line,
                future=self._total.future,
                first_future_line=self._total.first_future_line,
                swallowed=checked.swallowed_count,
                first_swallowed=checked.first_swallowed,
                key_conflicts=self._key_conflicts,
                rejects_failure=failure,
            )

    @retried
    def _is_known(self, form: str, text: str) -> bool:
        """Whether the shop has a product with exactly this SKU, or a user with this name."""
        find = {"sku": products.product, "user": users.user}.get(form)
        if find is None or not text.isprintable():
            return False
        with self._runtime.reading() as session:
            return find(session, text) is not None

    def _read(self, checked: Checked, stream: IO[bytes] | None) -> str:
        """Read and check the input, and return the name of its batch of stock movements."""
        needs_hash = self._choices.stock is not None and self._choices.batch is None
        with ExitStack() as stack:
            if stream is None:
                source = stack.enter_context(opened(self._name, hashed=needs_hash))
            else:
                name = STANDARD_INPUT if self._name == "-" else self._name
                digest = hashlib.sha256() if needs_hash else None
                # An export without rows pipes an empty stream here, as JSON Lines have no header.
                source = Source(stream, name, digest, may_be_empty=self._form == "jsonl")
            self._progress("checked", 0, None)
            checked.read(
                source, lambda done: self._progress("checked", done, source.estimate(done))
            )
        if self._choices.batch is not None:
            return self._choices.batch
        return f"sha256:{source.hexdigest()}"

    def _apply(self, checked: Checked, batch: str) -> None:
        applier = Applier(self._runtime, self._plan(checked, batch), self._count)
        self._row_count = checked.row_count
        self._phase = "rehearsed" if self._choices.dry_run else "applied"
        self._progress(self._phase, 0, self._row_count)
        if self._choices.dry_run:
            applier.rehearse(checked.batches())
            return
        try:
            applier.run(checked.batches())
        except (TryLater, NotAShop, ReadOnly, NotAllowed, OutcomeUnknown) as error:
            raise self._ended_by(error) from error
        except InvalidInput as error:  # there is no room to keep the rejected rows
            raise PartlyDone(
                "{cause} Before that {rows_done:,} of {rows:,} rows were gone through; what came of"
                " them stays.",
                details={**error.details, "rows_done": self._done, "rows": self._row_count},
            ) from error

    def _ended_by(self, error: ShopError) -> ShopError:
        """The error that ended the import, with the number of rows done."""
        details = {**error.details, "rows_done": self._done, "rows": self._row_count}
        kind = type(error)
        if isinstance(error, OutcomeUnknown):
            return kind(
                "{cause} Before that {rows_done:,} of {rows:,} rows were gone through; what came of"
                " them stays. Those in hand may or may not be applied, whole or not at all."
                if self._done
                else "{cause} Those in hand may or may not be applied, whole or not at all.",
                details={**details, "reason": "import_ended"},
            )
        return kind(
            "{cause} Before that {rows_done:,} of {rows:,} rows were gone through; what came of"
            " them stays."
            if self._done
            else "{cause} No row is applied.",
            details={**details, "reason": "import_ended"},
        )

    def _plan(self, checked: Checked, batch: str) -> Plan:
        # Load only the plan that is needed.
        if self._kind == "products":
            from shopcli.engine.imports.plans.products import ProductPlan

            return ProductPlan(self._runtime, self._choices, batch, checked.repeated_codes())
        if self._kind == "orders":
            from shopcli.engine.imports.plans.orders import OrderPlan

            return OrderPlan(self._runtime, self._choices)
        if self._kind == "charges":
            from shopcli.engine.imports.plans.charges import ChargePlan

            return ChargePlan(self._runtime, self._choices, checked.repeated_keys)
        if self._kind == "claims":
            from shopcli.engine.imports.plans.claims import ClaimPlan

            return ClaimPlan(self._runtime, self._choices, checked.repeated_keys)
        from shopcli.engine.imports.plans.people_and_coupons import CouponPlan, UserPlan

        plan = UserPlan if self._kind == "users" else CouponPlan
        return plan(self._runtime, self._choices)

    def _put_aside(self, line: int, column: str | None, code: str, message: str, own: Own) -> None:
        self._reject(line, column, code, message)
        self._rejects.put(line, column, code, message, own)

    def _count(self, outcome: Outcome, row_count: int) -> None:
        self._done += row_count
        total = self._total
        total.created += outcome.created
        total.updated += outcome.updated
        total.unchanged += outcome.unchanged
        total.replayed += outcome.replayed
        total.stock_left += outcome.stock_left
        if total.first_stock_left_line is None:
            total.first_stock_left_line = outcome.first_stock_left_line
        total.take_future(outcome.future, outcome.first_future_line)
        total.differences += outcome.differences
        for reject in sorted(outcome.rejects, key=lambda one: one.line):
            column, code = reject.column, reject.error.code
            message = inert(self._worded(reject.error))
            self._reject(reject.line, column, code, message)
            self._rejects.put_values(reject.line, column, code, message, reject.values)
        self._progress(self._phase, self._done, self._row_count)

    def _reject(self, line: int, column: str | None, code: str, message: str) -> None:
        self._key_conflicts += code == KeyConflict.code
        if len(self._rejections) < _REJECTIONS_SHOWN:
            self._rejections.append(
                {"line": line, "column": column, "code": code, "message": message}
            )
