"""The command verify: recomputes all totals and compares them."""

from __future__ import annotations

from typing import Annotated

import typer

from shopcli.cli.call import Call
from shopcli.cli.parsing.typer_commands import ShopCommand, new_app
from shopcli.cli.parsing.values import positive_count
from shopcli.domain.errors import InvalidInput, VerifyFailed

app = new_app("Proof that the books are right.")


@app.command(
    "verify",
    cls=ShopCommand,
    epilog="""
    shop verify
    shop verify --closing 3 --digest 0f3c...
    """,
)
def verify(
    context: typer.Context,
    *,
    closing: Annotated[
        int | None,
        typer.Option(
            "--closing", metavar="N", parser=positive_count, help="Only this close, and all before."
        ),
    ] = None,
    digest: Annotated[
        str | None, typer.Option("--digest", metavar="HEX", help="Its digest, as it was printed.")
    ] = None,
) -> None:
    """Check that all balances, stock and totals add up; exit 1 if something does not."""
    call = Call.of(context)
    if (closing is None) != (digest is None):
        raise InvalidInput(
            "A close is checked with both its number and its digest.",
            details={"reason": "closing_and_digest"},
        )
    with call.shop() as shop:
        if closing is None or digest is None:
            proof = shop.verify()
        else:
            proof = shop.verify_closing(closing, digest)
    if call.as_json:
        call.output.document(proof)
    elif call.output.is_table:
        for check in proof.checks:
            call.output.lines(f"{'ok  ' if check.ok else 'FAIL'} {check.name}")
            call.output.lines(*(f"     {violation}" for violation in check.violations))
    else:
        call.output.rows(proof.checks, ["name", "ok", "violations"], [])
    if not proof.ok:
        failed = [check.name for check in proof.checks if not check.ok]
        raise VerifyFailed(
            "{failed} of {all} checks failed: {checks}.",
            details={"checks": failed, "failed": len(failed), "all": len(proof.checks)},
        )
