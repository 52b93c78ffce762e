"""How a server of a test shows a certificate."""

from __future__ import annotations

import ssl

import trustme


def shown_by_a_server(certificate: trustme.LeafCert) -> ssl.SSLContext:
    """The context of a server that proves itself by a certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    return context
