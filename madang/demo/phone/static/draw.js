// A chat drawn from what the server says of it: each bubble once, anew only when it has changed.

const words = Object.fromEntries(
  [...document.querySelectorAll("[data-word]")].map((one) => [one.dataset.word, one.textContent]),
);
export const word = (name) => words[name] ?? name;

const language = document.documentElement.lang;
const clock = new Intl.DateTimeFormat(language, { hour: "numeric", minute: "2-digit" });
export const now = () => clock.format(new Date());

const ADDRESS = /\bhttps?:\/\/[^\s<>"'`]+/gi;

function el(tag, name, text) {
  const made = document.createElement(tag);
  if (name) made.className = name;
  if (text) made.textContent = text;
  return made;
}

function link(url, label) {
  const made = el("a", "", label);
  made.href = /^https?:/i.test(url) ? url : "#";
  made.target = "_blank";
  made.rel = "noopener noreferrer";
  made.dataset.link = url;
  return made;
}

function said(text) {
  const made = el("p", "text");
  let at = 0;
  for (const found of text.matchAll(ADDRESS)) {
    const url = found[0].replace(/[.,;:!?)\]}]+$/, "");
    made.append(text.slice(at, found.index), link(url, url));
    at = found.index + url.length;
  }
  made.append(text.slice(at));
  return made;
}

function shown(file) {
  if (file.mime.startsWith("image/") && file.url) {
    const made = el("img", "picture");
    made.alt = file.name;
    made.src = file.url;
    return made;
  }
  if (/^(audio|video)\//.test(file.mime) && file.url) {
    const made = el(file.mime.startsWith("audio/") ? "audio" : "video", "sound");
    made.controls = true;
    made.preload = "metadata";
    made.setAttribute("aria-label", file.name);
    made.src = file.url;
    return made;
  }
  const made = el("a", "file", file.name);
  if (file.url) made.href = file.url;
  made.target = "_blank";
  made.rel = "noopener noreferrer";
  return made;
}

function pressed(bubble, button, place) {
  if (button.url) return link(button.url, button.label);
  const made = el("button", "", button.label);
  made.type = "button";
  made.dataset.button = place;
  return made;
}

function foot(bubble) {
  const made = el("p", "foot");
  made.append(clock.format(new Date(bubble.at)));
  if (bubble.edited) made.append(" · ", word("edited"));
  if (bubble.mine && bubble.state) made.append(" · ", word(bubble.state));
  return made;
}

function drawn(bubble, verbs) {
  const made = el("li", bubble.mine ? "bubble mine" : "bubble theirs");
  made.dataset.id = bubble.id;
  if (!bubble.mine && bubble.author) made.append(el("p", "author", bubble.author));
  const body = el("div", "body");
  if (bubble.kind && bubble.kind !== "TEXT") body.append(el("p", "kind", bubble.kind));
  if (bubble.gone) body.append(el("p", "text gone", word("gone")));
  else {
    for (const file of bubble.files) body.append(shown(file));
    if (bubble.text) body.append(said(bubble.text));
    if (bubble.buttons.length) {
      const buttons = el("div", "buttons");
      bubble.buttons.forEach((one, place) => buttons.append(pressed(bubble, one, place)));
      body.append(buttons);
    }
  }
  if (bubble.reaction) body.append(el("span", "reaction", bubble.reaction));
  made.append(body, foot(bubble));
  const can = bubble.mine ? ["edit", "unsend"] : ["react"];
  if (!bubble.gone && can.some((one) => verbs.includes(one))) {
    const more = el("button", "more", "⋯");
    more.type = "button";
    more.dataset.more = bubble.id;
    more.setAttribute("aria-label", word("more"));
    made.append(more);
  }
  return made;
}

// Draws into the list; says whether something new stands at its end.
export function draw(list, app) {
  const known = new Map([...list.querySelectorAll(".bubble")].map((one) => [one.dataset.id, one]));
  const before = list.lastElementChild?.dataset.id;
  const nodes = app.bubbles.map((bubble) => {
    const sign = JSON.stringify([bubble, app.verbs]);
    const old = known.get(bubble.id);
    if (old?.sign === sign) return old;
    const made = drawn(bubble, app.verbs);
    made.sign = sign;
    return made;
  });
  if (!nodes.length) nodes.push(el("li", "nothing", word("empty")));
  const same = nodes.length === list.children.length && nodes.every((one, place) => one === list.children[place]);
  if (!same) list.replaceChildren(...nodes);
  return nodes.at(-1).dataset.id !== before;
}
