// Elements, and texts that are safe to show. Nothing here or elsewhere parses HTML.

const act = (event) => event.currentTarget.acts[event.type](event);

function listen(element, acts) {
  element.acts = {...element.acts, ...acts};
  for (const type of Object.keys(acts)) element.addEventListener(type, act);
}

/**
 * An element. Properties that begin with "on" are listeners, `key` is what it is known by among
 * its siblings; null and false leave one out.
 */
export function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) listen(element, {[name.slice(2)]: value});
    else if (["value", "checked", "key"].includes(name)) element[name] = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  add(element, children);
  return element;
}

/** An element of a drawing. */
export function svg(tag, properties = {}, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(properties)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

function add(element, children) {
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false) continue;
    element.append(child instanceof Node ? child : visible(child));
  }
}

/** Puts these in place of all that an element has. */
export function fill(element, ...children) {
  element.replaceChildren();
  add(element, children);
  return element;
}

/**
 * Shows these in place of what an element has. What is the same stays, with its focus and a press
 * on it that has begun: by its key, or else by its place. So nothing of them may be held elsewhere.
 */
export function update(element, ...children) {
  const fresh = document.createDocumentFragment();
  add(fresh, children);
  merge(element, [...fresh.childNodes]);
  return element;
}

function merge(element, fresh) {
  const keys = new Set(fresh.map((child) => child.key));
  const kept = new Map();
  for (const old of [...element.childNodes]) {
    if (old.key === undefined) continue;
    if (keys.has(old.key)) kept.set(old.key, old);
    else old.remove();
  }
  let at = element.firstChild;
  for (const child of fresh) {
    const old = child.key === undefined ? at : kept.get(child.key);
    if (old?.nodeName !== child.nodeName || old.key !== child.key) {
      element.insertBefore(child, at);
      continue;
    }
    kept.delete(child.key);
    if (old === at) at = at.nextSibling;
    else element.insertBefore(old, at);
    patch(old, child);
  }
  while (at) {
    const next = at.nextSibling;
    at.remove();
    at = next;
  }
}

function patch(old, fresh) {
  if (old.nodeType === Node.TEXT_NODE) {
    if (old.data !== fresh.data) old.data = fresh.data;
    return;
  }
  for (const {name} of [...old.attributes]) if (!fresh.hasAttribute(name)) old.removeAttribute(name);
  for (const {name, value} of fresh.attributes) {
    if (old.getAttribute(name) === value) continue;
    if (name === "style") old.style.cssText = value;
    else old.setAttribute(name, value);
  }
  if (fresh.acts) listen(old, fresh.acts);
  merge(old, [...fresh.childNodes]);
}

const COLOURS = /\u001b\[[0-9;]*m/g;
// Control characters but line ends and tabs, and what turns the direction of text.
const HIDDEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/** What nodes say, with its control characters as what they are; colours are left out. */
export function visible(text) {
  return String(text).replace(/\r\n/g, "\n").replace(COLOURS, "").replace(HIDDEN, (one) => {
    const code = one.codePointAt(0);
    return code < 256 ? "\\x" + code.toString(16).padStart(2, "0")
      : "\\u" + code.toString(16).padStart(4, "0");
  });
}

/** Tells everybody, those who do not see the page included. */
export function say(text) {
  const said = document.getElementById("said");
  fill(said, text);
  said.classList.add("shown");
  clearTimeout(say.timer);
  say.timer = setTimeout(() => said.classList.remove("shown"), 6000);
}

/** "1 node", "2 nodes". */
export function counted(number, noun) {
  return `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;
}

/** Seconds in few characters. */
export function span(seconds) {
  if (seconds === null || seconds === undefined) return "";
  if (seconds < 0) return "0 s";
  if (seconds < 1) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 60) return `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
  if (seconds < 86400) return `${Math.floor(seconds / 3600)} h ${Math.floor(seconds % 3600 / 60)} min`;
  return `${Math.floor(seconds / 86400)} d ${Math.floor(seconds % 86400 / 3600)} h`;
}

/** A time as an element, whose title has it whole. */
export function moment(text) {
  if (!text) return "";
  const at = new Date(text);
  const today = at.toDateString() === new Date().toDateString();
  return h("time", {datetime: text, title: at.toISOString()},
    today ? at.toLocaleTimeString("en-GB")
      : at.toLocaleString("en-GB", {month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit"}));
}

/** A word with a colour of its own and a sign, so that the colour is not needed to read it. */
export function badge(kind, text) {
  return h("span", {class: "badge " + kind}, text);
}

/** An error as the server says it. */
export function problem(error) {
  const box = h("div", {class: "problem", role: "alert"},
    h("strong", {}, error.title ?? "That did not work"), h("p", {}, error.message));
  const more = (error.errors ?? []).filter((one) => !error.message.includes(one.message));
  if (more.length) {
    box.append(h("ul", {}, more.map((one) =>
      h("li", {}, one.place ? h("code", {}, one.place) : null, one.place ? " " : "", one.message))));
  }
  if (error.code) box.append(h("p", {class: "quiet"}, `[${error.code}]`));
  return box;
}
