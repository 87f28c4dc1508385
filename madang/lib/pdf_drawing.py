"""Draw the first page of the PDF on standard input to standard output, as WebP. A program; nothing else imports PDFium.

It bounds itself before it reads a byte: memory, processor time, no file may be written. Scripts and forms in the
document are not run: PDFium comes without them. Exit code :data:`NONE` says that there is no page to be drawn.
"""

from __future__ import annotations

import resource
import sys

SIDE = 960  # pixels of the longer side: readable in the gallery, crisp in the thread
LARGEST = 25 << 20  # bytes of the file
MEMORY = 512 << 20  # bytes
PROCESSOR = 6  # seconds
NONE = 3


def main() -> int:
    """Returns the exit code."""
    bound()
    content = sys.stdin.buffer.read(LARGEST + 1)
    made = drawn(content) if len(content) <= LARGEST else b""
    sys.stdout.buffer.write(made)
    return 0 if made else NONE


def bound() -> None:
    """Let the kernel refuse this process more than it may have."""
    for which, most in (
        (resource.RLIMIT_DATA, MEMORY),
        (resource.RLIMIT_CPU, PROCESSOR),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(which)[1]
        least = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(which, (least, hard))


def drawn(content: bytes) -> bytes:
    """The first page, as large as :data:`SIDE` allows, whatever size it claims; b"" when nothing can be drawn."""
    import io

    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(content)
        page = document[0]
        longest = max(page.get_size())
        if not longest > 0:
            return b""
        picture = page.render(scale=SIDE / longest).to_pil()
        out = io.BytesIO()
        picture.convert("RGB").save(out, "WEBP", quality=80)
    except (pypdfium2.PdfiumError, MemoryError, ValueError, IndexError, OSError):
        return b""
    return out.getvalue()


if __name__ == "__main__":
    sys.exit(main())
