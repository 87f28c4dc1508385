// The phone: which app is open, what is new, and what each touch does.

import { draw, now, word } from "./draw.js";
import { post, say } from "./hands.js";

const at = (id) => document.getElementById(id);
const apps = new Map(); // id → what the server last said of it
const seen = new Map(); // id → how many of ours she has seen
let open = "";
let changing = ""; // the bubble she is changing
let touched = ""; // the bubble the sheet is about
let typed = 0;

const here = () => apps.get(open);
const can = (verb) => here()?.verbs.includes(verb);
const theirs = (app) => app.bubbles.filter((one) => !one.mine);

function problem(words) {
  at("problem").textContent = words;
  at("problem").hidden = !words;
}

async function tried(work) {
  problem("");
  try {
    return await work;
  } catch (error) {
    problem(error.message);
    return null;
  }
}

function badge(app) {
  const button = document.querySelector(`[data-app="${CSS.escape(app.id)}"]`);
  const count = theirs(app).length - (seen.get(app.id) ?? 0);
  const shown = button?.querySelector(".count");
  if (!shown) return;
  shown.hidden = count <= 0;
  shown.textContent = count > 0 ? `${count}` : "";
  shown.setAttribute("aria-label", `${count} ${word("unread")}`);
}

function see(app) {
  const ours = theirs(app);
  if (ours.length > (seen.get(app.id) ?? 0) && app.verbs.includes("read"))
    post(`${app.id}/do`, { verb: "read", bubble: ours.at(-1).id }).catch(() => {});
  seen.set(app.id, ours.length);
}

function show() {
  const app = here();
  at("home").hidden = Boolean(app);
  at("chat").hidden = !app;
  if (!app) return;
  at("chat").dataset.look = app.look;
  at("chat").style.setProperty("--app-hue", app.hue);
  at("with").textContent = app.brand;
  at("by").textContent = app.blocked ? `${app.title} · ${word("blocked")}` : app.title;
  at("typing").hidden = !app.typing;
  at("say").hidden = !app.verbs.includes("say");
  at("only").hidden = app.verbs.includes("say");
  document.querySelector('[data-do="attach"]').hidden = !app.verbs.includes("file");
  if (draw(at("log"), app)) at("scroll").scrollTop = at("scroll").scrollHeight;
  if (document.visibilityState === "visible") see(app);
}

let wished = location.hash.slice(1);
function go(id) {
  open = apps.has(id) ? id : "";
  wished = open ? "" : id; // pressed before it was there
  history.replaceState(null, "", open ? `#${open}` : location.pathname);
  problem("");
  keep();
  fold();
  show();
  if (open) {
    at("scroll").scrollTop = at("scroll").scrollHeight;
    (can("say") ? at("text") : at("scroll")).focus();
  }
  apps.forEach(badge);
}

function home() {
  const was = open;
  go("");
  document.querySelector(`[data-app="${CSS.escape(was)}"]`)?.focus();
}

function fold(but = "") {
  for (const id of ["menu", "attach"]) {
    const opened = id === but && at(id).hidden;
    at(id).hidden = !opened;
    document.querySelector(`[aria-controls="${id}"]`).setAttribute("aria-expanded", `${opened}`);
    if (opened) [...at(id).querySelectorAll("button")].find((one) => !one.hidden)?.focus();
  }
}

function menu() {
  const offered = [...at("menu").querySelectorAll("[data-verb]")].filter((one) => {
    const verb = one.dataset.verb;
    const now = verb === "block" ? !here().blocked : verb === "unblock" ? here().blocked : true;
    one.hidden = !(can(verb) && now);
    return !one.hidden;
  });
  at("menu").querySelector(".menu-none").hidden = offered.length > 0;
  fold("menu");
}

function keep() {
  if (changing) at("text").value = "";
  changing = "";
  at("editing").hidden = true;
  grow();
}

function grow() {
  at("text").style.height = "auto";
  at("text").style.height = `${Math.min(at("text").scrollHeight, 120)}px`;
}

async function send(more = {}) {
  const text = at("text").value.trim();
  if (!text && !more.files && !more.sample) return;
  const bubble = changing;
  at("text").value = "";
  keep();
  const work = bubble ? post(`${open}/do`, { verb: "edit", bubble, value: text }) : say(open, text, more);
  if (!(await tried(work))) at("text").value = text; // nothing she wrote is lost
  grow();
}

function sheet(id) {
  touched = id;
  const bubble = here().bubbles.find((one) => one.id === id);
  at("acts").querySelector(".emoji").hidden = bubble.mine || !can("react");
  at("acts").querySelector('[data-verb="edit"]').hidden = !bubble.mine || !can("edit");
  at("acts").querySelector('[data-verb="unsend"]').hidden = !bubble.mine || !can("unsend");
  at("acts").showModal();
}

async function follow(url) {
  const led = await tried(post("follow", { url }));
  if (!led) return;
  if (led.doors) {
    offer(led.doors);
    return;
  }
  if (!led.app) {
    window.open(led.open, "_blank", "noopener");
    return;
  }
  go(led.app);
  at("text").value = led.text;
  grow();
}

function offer(doors) {
  const buttons = doors.map((door) => {
    const made = document.createElement("button");
    made.type = "button";
    made.dataset.link = door.url;
    const { title, brand } = apps.get(door.app);
    made.textContent = `${title} · ${brand}`;
    return made;
  });
  at("choices").replaceChildren(...buttons);
  at("doors").showModal();
}

function verb(name) {
  fold();
  at("acts").close(); // first: closing gives the focus back to where it was
  if (name === "edit") {
    const bubble = here().bubbles.find((one) => one.id === touched);
    changing = touched;
    at("editing").hidden = false;
    at("text").value = bubble.text;
    at("text").focus();
    grow();
  } else tried(post(`${open}/do`, { verb: name, bubble: name === "unsend" ? touched : "" }));
}

const DOES = {
  home,
  menu,
  attach: () => fold("attach"),
  file: () => (fold(), at("file").click()),
  keep,
  close: () => at("acts").close(),
  stay: () => at("doors").close(),
  theme: () => {
    const root = document.documentElement;
    const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "light" : "dark";
    document.cookie = `phone_theme=${root.dataset.theme}; path=/demo/phone; samesite=strict; max-age=31536000`;
  },
};

document.addEventListener("click", (event) => {
  const on = event.target.closest("a[data-link], button");
  if (!on) return fold();
  const { app, do: what, sample, more, button, react, verb: name, link } = on.dataset;
  if (link !== undefined) {
    event.preventDefault();
    at("doors").close();
    follow(link);
  } else if (app) go(app);
  else if (what) DOES[what]();
  else if (sample) fold(), send({ sample });
  else if (more) sheet(more);
  else if (button) tried(post(`${open}/press`, { bubble: on.closest(".bubble").dataset.id, button: Number(button) }));
  else if (react !== undefined) at("acts").close(), tried(post(`${open}/do`, { verb: "react", bubble: touched, value: react }));
  else if (name) verb(name);
});

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.keyCode === 229 || document.querySelector("dialog[open]")) return;
  if (event.key === "Escape") {
    if (!at("menu").hidden || !at("attach").hidden) fold();
    else if (changing) keep();
    else if (open) home();
  } else if (event.target === at("text") && event.key === "Enter" && !event.shiftKey) {
    event.preventDefault();
    send();
  }
});

at("say").addEventListener("submit", (event) => (event.preventDefault(), send()));
at("file").addEventListener("change", async () => {
  if (at("file").files.length) await send({ files: [...at("file").files] });
  at("file").value = "";
});
at("text").addEventListener("input", () => {
  grow();
  if (!can("typing") || Date.now() < typed + 3000) return;
  typed = Date.now();
  post(`${open}/do`, { verb: "typing" }).catch(() => {});
});

for (const one of document.querySelectorAll("[data-hue]")) one.style.setProperty("--app-hue", one.dataset.hue);
const tick = () => (at("clock").textContent = now());
tick();
setInterval(tick, 10000);

const news = new EventSource("/demo/phone/live");
news.addEventListener("app", (event) => {
  const app = JSON.parse(event.data);
  if (!apps.has(app.id)) seen.set(app.id, theirs(app).length);
  apps.set(app.id, app);
  badge(app);
  if (app.id === open) show();
  else if (app.id === wished) go(app.id);
});
news.addEventListener("open", () => at("problem").textContent === word("lost") && problem(""));
news.addEventListener("error", () => problem(word("lost")));
document.addEventListener("visibilitychange", () => open && show());
