"""HTTP from the network, with an end to what a stranger may say before the first handler hears of it."""

from __future__ import annotations

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

MOST_HEAD = 512 * 1024  # bytes of request line and headers; the parser itself would keep any number


class BoundedHttp(HttpToolsProtocol):
    """uvicorn's protocol; a connection whose head does not end is closed."""

    _head = 0
    _in_head = True

    def on_message_begin(self) -> None:
        """A request begins."""
        self._in_head = True
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """Its head is whole: bodies have limits of their own."""
        self._in_head = False
        super().on_headers_complete()

    def data_received(self, data: bytes) -> None:
        """Count what is still a head after it was read."""
        super().data_received(data)
        self._head = self._head + len(data) if self._in_head else 0
        if self._head > MOST_HEAD:
            self.transport.close()
