"""PDFs for tests, written by hand."""

from __future__ import annotations

LOCK = b"/Encrypt<</Filter/Standard/V 1/R 2/O(" + b"o" * 32 + b")/U(" + b"u" * 32 + b")/P -4>>/ID[<00><00>]"


def pdf(said: str = "Invoice", box: str = "0 0 595 842", *, locked: bool = False, drawing: bytes = b"") -> bytes:
    """One page of that size (points) with a line of text in it; ``drawing`` is more of its content."""
    content = f"BT /F1 48 Tf 60 700 Td ({said}) Tj ET\n".encode() + drawing
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        f"<</Type/Page/Parent 2 0 R/MediaBox[{box}]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>".encode(),
        b"<</Length %d>>stream\n%s\nendstream" % (len(content), content),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    body = b"".join(b"%d 0 obj%s\nendobj\n" % one for one in enumerate(objects, 1))
    return b"%PDF-1.4\n" + body + b"trailer<</Root 1 0 R" + (LOCK if locked else b"") + b">>\n%%EOF"


def endless() -> bytes:
    """A page that takes longer to draw than anybody has."""
    lines = (b"%d %d m %d 800 500 %d 0 %d c S\n" % (n % 500, n % 700, n % 300, n % 90, n % 842) for n in range(500_000))
    return pdf(drawing=b"".join(lines))
