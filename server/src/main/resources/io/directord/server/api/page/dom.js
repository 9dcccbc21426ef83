// Elements, and texts that are safe to show. Nothing here or elsewhere parses HTML.

/** An element. Properties that begin with "on" are listeners; null and false leave one out. */
export function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "value" || name === "checked") element[name] = value;
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
