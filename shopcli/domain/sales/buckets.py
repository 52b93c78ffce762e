"""How long the sales buckets of a shop are, so that they fit into hours of its clocks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from shopcli.domain.moments import zone

_HOUR_SECONDS = 3600
_LENGTHS = (_HOUR_SECONDS, 1800, 900)
_SINCE, _UNTIL = datetime(1970, 1, 1, tzinfo=UTC), datetime(2070, 1, 1, tzinfo=UTC)
_STEP = timedelta(days=10)


def sales_bucket_seconds(timezone_name: str) -> int:
    """The length of buckets that begin with each hour of a zone's clocks, in seconds.

    An hour where the clocks are whole hours from UTC, half an hour or a quarter where they are not.
    What does not fit even so (Liberia until 1972, clocks changed at one minute past midnight) is
    read from single sales.
    """
    here = zone(timezone_name)
    offsets = set()
    moment = _SINCE
    while moment < _UNTIL:
        offset = moment.astimezone(here).utcoffset() or timedelta()
        offsets.add(int(offset.total_seconds()))
        moment += _STEP
    fitting = (length for length in _LENGTHS if all(offset % length == 0 for offset in offsets))
    return next(fitting, _LENGTHS[-1])
