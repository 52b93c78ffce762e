"""The command verify: recomputes all totals and compares them."""

from __future__ import annotations

import typer

from shopcli.cli.call import Call
from shopcli.cli.parsing.typer_commands import ShopCommand, new_app
from shopcli.domain.errors import VerifyFailed

app = new_app("Proof that the books are right.")


@app.command("verify", cls=ShopCommand, epilog="shop verify")
def verify(context: typer.Context) -> None:
    """Check that all balances, stock and totals add up; exit 1 if something does not."""
    call = Call.of(context)
    with call.shop() as shop:
        proof = shop.verify()
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
