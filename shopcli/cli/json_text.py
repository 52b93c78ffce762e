"""JSON that is safe to write to a terminal."""

from __future__ import annotations

import json
import re
from typing import Any, TextIO

_ACTS_ON_TERMINALS = re.compile(
    "[\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff]"
)


def json_text(value: Any, stream: TextIO, *, indent: int | None = None) -> str:  # noqa: ANN401  # JSON
    """A JSON document for a stream; control characters are escaped, its value is unchanged."""
    encoding = (getattr(stream, "encoding", None) or "ascii").lower().replace("-", "")
    text = json.dumps(value, ensure_ascii=encoding != "utf8", indent=indent, default=str)
    if text.isascii():
        return text.replace("\x7f", "\\u007f")
    return _ACTS_ON_TERMINALS.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
