"""What a row is stands in one place, and says a value for every column of its table."""

from __future__ import annotations

import pytest

from shopcli.storage import inserts
from shopcli.storage.inserts import Adding, Insert
from shopcli.storage.schema.tables import metadata

INSERTS = [value for value in vars(inserts).values() if isinstance(value, Insert)]
TIERS = [value for value in vars(inserts).values() if isinstance(value, Adding)]


@pytest.mark.parametrize("insert", INSERTS, ids=lambda insert: insert.table)
def test_a_row_is_the_whole_table(insert: Insert) -> None:
    """Every column is given by the writer or the same in every row; what is NULL may be NULL."""
    columns = {column.name: column for column in metadata.tables[insert.table].columns}
    assert sorted([*insert.columns, *insert.constants]) == sorted(columns)
    for name, value in insert.constants.items():
        assert value is not None or columns[name].nullable
    # A column that may be NULL has no default: to leave NULL out of a statement says the same.
    assert not [c.name for c in columns.values() if c.nullable and c.server_default is not None]


@pytest.mark.parametrize("tier", TIERS, ids=lambda tier: tier.table)
def test_a_bucket_is_the_whole_table(tier: Adding) -> None:
    """Its key is the table's, and all else is summed."""
    table = metadata.tables[tier.table]
    assert tier.key == tuple(column.name for column in table.primary_key.columns)
    assert {*tier.key, *tier.sums} == {column.name for column in table.columns}


@pytest.mark.parametrize("given", [(), ("a", "a", "b"), ("a", "b", "c"), ("a",)])
def test_a_writer_that_forgets_a_column_is_refused(given: tuple[str, ...]) -> None:
    """Columns that are missing, unknown or named twice make no statement."""
    insert = Insert("t", ("a", "b"), {"z": 1})
    with pytest.raises(ValueError, match=r"^t: "):
        insert.rest(given, {})
    with pytest.raises(ValueError, match=r"^t: "):
        insert.single(given="1")


def test_the_forms_of_one_row() -> None:
    """Values stand where they are given, constants in all forms, NULL in none."""
    insert = Insert("t", ("a", "b"), {"z": "it's", "n": None})
    assert insert.single(b="-:b") == "INSERT INTO t (a, b, z) VALUES (:a, -:b, 'it''s')"
    assert (
        insert.text({"a": "x", "b": "NULL"}, "given")
        == "INSERT INTO t (a, z) SELECT x, 'it''s' FROM given"
    )
    assert insert.rest(("a",), {"b": None}) == {"z": "it's"}
