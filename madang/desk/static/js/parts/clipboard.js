// Words into the clipboard, also where the browser offers none.
/** Copy plain text. */
export async function write(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    byHand(text);
  }
}

// Over plain http browsers have no clipboard to offer; selecting and copying still works.
function byHand(text) {
  const box = document.createElement('textarea');
  const before = document.activeElement;
  box.value = text;
  (document.querySelector('dialog[open]') ?? document.body).append(box);
  box.select();
  document.execCommand('copy');
  box.remove();
  before?.focus({preventScroll: true});
}
