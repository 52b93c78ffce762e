"""A platform that costs next to nothing: takes requests off bare sockets, answers, notes when."""

from __future__ import annotations

import json
import socket
import sys
import threading
import time

_ANSWER = b"HTTP/1.1 204 No Content\r\n\r\n"


def _serve(connection: socket.socket, report: bool) -> None:  # noqa: FBT001  # of this file
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    pending = b""
    while True:
        while (end := pending.find(b"\r\n\r\n")) < 0:
            piece = connection.recv(1 << 20)
            if not piece:
                return
            pending += piece
        head = pending[:end].lower()
        whole = end + 4 + int(head.partition(b"content-length:")[2].partition(b"\r\n")[0])
        pieces, length = [pending], len(pending)
        while length < whole:
            piece = connection.recv(1 << 20)
            if not piece:
                return
            pieces.append(piece)
            length += len(piece)
        request = b"".join(pieces)
        connection.sendall(_ANSWER)
        if report:
            subject = json.loads(request[end + 4 : whole])["subject"]
            sys.stdout.write(f"{subject} {time.monotonic()}\n")
            sys.stdout.flush()
        pending = request[whole:]


def main() -> None:
    """Listen on a free port and print it; with `--report`, a line for each event."""
    report = "--report" in sys.argv
    with socket.create_server(("127.0.0.1", 0), backlog=64) as listener:
        sys.stdout.write(f"{listener.getsockname()[1]}\n")
        sys.stdout.flush()
        while True:
            connection, _ = listener.accept()
            threading.Thread(target=_serve, args=(connection, report), daemon=True).start()


if __name__ == "__main__":
    main()
