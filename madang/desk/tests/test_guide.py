"""A guide as a page: what it says is kept, what it could do is not."""

from __future__ import annotations

from pathlib import Path

from madang.channels.registry import every
from madang.desk.guide import guide, rendered

TEXT = """# LINE

Chat with `customers`, **safely** & in peace.

## Set up

1. Open [the console](https://developers.example/console), and
   copy the key.
2. Paste it. See [the docs](../../docs/x.md).

| limit | value |
|---|---|
| text | 5,000 |

```
MADANG_ALLOW_HOSTS=<host>
```

- one
- two
"""


def test_headings_lists_tables_code_and_links() -> None:
    page = rendered(TEXT)
    assert "<h1>" not in page
    assert "<h3>Set up</h3>" in page
    assert "<p>Chat with <code>customers</code>, <strong>safely</strong> &amp; in peace.</p>" in page
    assert (
        '<a href="https://developers.example/console" target="_blank" rel="noopener noreferrer">the console</a>' in page
    )
    assert "and copy the key.</li>" in page
    assert "See the docs." in page  # a file beside the guide is not served
    assert '<th scope="col">limit</th><th scope="col">value</th>' in page
    assert '<td data-label="value">5,000</td>' in page
    assert rendered("*App settings*, 2 * 3") == "<p><em>App settings</em>, 2 * 3</p>"
    assert "<code>MADANG_ALLOW_HOSTS=&lt;host&gt;</code>" in page
    assert "<ul><li>one</li><li>two</li></ul>" in page


def test_a_list_in_a_list() -> None:
    page = rendered("1. Choose:\n   - **A**: one\n     more\n   - B\n2. Done")
    inner = "<ul><li><strong>A</strong>: one more</li><li>B</li></ul>"
    assert page == f"<ol><li>Choose:{inner}</li><li>Done</li></ol>"
    assert rendered("- a\n  b\n  c") == "<ul><li>a b c</li></ul>"


def test_markup_in_a_guide_stays_words() -> None:
    page = rendered(
        '## <b>x</b>\n\n<script>1</script> [a](javascript:1) [b](https://x"onclick=1)\n\n- <i>\n\n```\n</pre>'
    )
    assert "<script" not in page
    assert "<b>" not in page
    assert "<i>" not in page
    assert "javascript:" not in page
    assert 'x&#34;onclick=1"' in page  # it stays inside the address
    assert page.count("</pre>") == 1


def test_an_unfinished_block_ends_with_the_text() -> None:
    assert rendered("```\nhalf") == "<pre><code>half</code></pre>"
    assert rendered("") == ""
    assert rendered("|") == (
        '<div class="table"><table><thead><tr><th scope="col"></th></tr></thead><tbody></tbody></table></div>'
    )


def test_the_readers_language_first(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("# A\n\nKeys")
    assert guide(tmp_path, "ko") == ("en", "<p>Keys</p>")
    other = tmp_path / "other"
    other.mkdir()
    (other / "README.ko.md").write_text("# A\n\n열쇠")
    assert guide(other, "ko") == ("ko", "<p>열쇠</p>")


def test_every_folder_has_a_guide_that_can_be_shown() -> None:
    for name, one in every().items():
        _, page = guide(one.folder, "ko")
        assert "<h3>" in page, name
        assert "```" not in page, name
