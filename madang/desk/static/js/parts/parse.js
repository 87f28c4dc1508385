// Our own server's markup as nodes, and the drawings of the sprite within this page. What stands in another file is drawn
// a frame after what it belongs to, and everything around it is laid out twice: each conversation has a hundred of them.
const OURS = 'i-'; // before the sprite's own names: a page has ids like "check" too
let here = false;

/** Parsed inert: nothing in it loads or runs before it is placed. */
export function parse(html) {
  const box = document.createElement('template');
  box.innerHTML = html;
  return drawn(box.content);
}

function drawn(nodes) {
  if (here) for (const use of nodes.querySelectorAll('use')) settle(use);
  return nodes;
}

function settle(use) {
  const [file, name] = use.getAttribute('href').split('#');
  if (file && document.getElementById(OURS + name)) use.setAttribute('href', `#${OURS}${name}`);
}

/** Bring the drawings into the page. Without them everything looks as it does with them. */
export async function bring() {
  const from = document.querySelector('use')?.getAttribute('href').split('#')[0];
  const answer = from && await fetch(from);
  if (!answer?.ok) return;
  const sprite = parse(await answer.text()).firstElementChild;
  for (const one of sprite.children) one.id = OURS + one.id;
  sprite.setAttribute('hidden', '');
  document.body.append(sprite);
  here = true;
  drawn(document);
  for (const one of document.querySelectorAll('template')) drawn(one.content);
}
