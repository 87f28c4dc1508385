/** Our own server's markup as nodes. Parsed inert: nothing in it loads or runs before it is placed. */
export function parse(html) {
  const box = document.createElement('template');
  box.innerHTML = html;
  return box.content;
}
