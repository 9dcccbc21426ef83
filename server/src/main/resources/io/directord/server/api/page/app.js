// Begins the page: logs in, finds the view that the address names, and listens to keys.
import {h, fill, problem, say, update} from "./dom.js";
import {refuse} from "./actions.js";
import {call, get, login, Problem} from "./api.js";
import {nodes, node} from "./nodes.js";
import {runs} from "./runs.js";
import {run} from "./run.js";
import {job, output} from "./job.js";
import {start} from "./start.js";
import {schedules, schedule} from "./schedules.js";
import {audit} from "./audit.js";

const VIEWS = [
  {pattern: /^\/nodes$/, open: (page, found, parameters) => nodes(page, parameters)},
  {pattern: /^\/nodes\/([^/]+)$/, open: (page, [name]) => node(page, name)},
  {pattern: /^\/runs$/, open: runs},
  {pattern: /^\/runs\/([^/]+)$/, open: (page, [id]) => run(page, id)},
  {pattern: /^\/jobs\/([^/]+)$/, open: (page, [id]) => job(page, id)},
  {pattern: /^\/jobs\/([^/]+)\/([^/]+)$/, open: (page, [id, name]) => output(page, id, name)},
  {pattern: /^\/start$/, open: (page, found, parameters) => start(page, parameters)},
  {pattern: /^\/schedules$/, open: schedules},
  {pattern: /^\/schedules\/([^/]+)$/, open: (page, [name]) => schedule(page, name)},
  {pattern: /^\/audit$/, open: (page, found, parameters) => audit(page, parameters)},
];
const TABS = [
  {href: "#/nodes", name: "Nodes", needs: "READ_NODES"},
  {href: "#/runs", name: "Runs", needs: "READ_JOBS"},
  {href: "#/schedules", name: "Schedules", needs: "READ_JOBS"},
  {href: "#/audit", name: "Audit", needs: "READ_AUDIT"},
];
const THEMES = ["system", "light", "dark"];
const LINK = /^#link=([\w-]+)$/;
const KEYS = [
  ["/", "search"], ["j, k", "next row, row before"], ["Enter", "open the row"],
  ["Esc", "back, close, or leave a field"], ["r", "read anew"], ["g then n, r, s, a", "nodes, runs, schedules, audit"], ["c", "start a run"],
  ["?", "this help"],
];

class Page {
  constructor() {
    this.main = document.getElementById("main");
    this.view = null;
    this.me = null;
    this.shown = null;

    /** What was written in the view that was left when a login ended, and by whom. */
    this.draft = null;
  }

  /**
   * What the same user had written in this view when the login ended; null if nothing. It is in
   * the memory of this tab alone, since there may be secrets in it.
   */
  written() {
    const {hash, user, fields} = this.draft ?? {};
    this.draft = null;
    return hash === location.hash && user === this.me.user ? fields : null;
  }

  may(permission) {
    return this.me.everything || this.me.roles.some((role) => role.permissions.includes(permission));
  }

  /** Why something is not offered; null if it is. */
  lacks(permission, what) {
    if (this.may(permission)) return null;
    const roles = this.me.roles.map((role) => role.role).join(", ");
    return `${this.me.user} may not ${what}: ${roles ? "it has the role " + roles : "it has no role"}`;
  }

  /** A button; one that the role lacks says why when it is pressed or looked at. */
  action(permission, what, name, act, kind = null) {
    const lacks = this.lacks(permission, what);
    return h("button", {
      key: name, type: "button", class: kind, "aria-disabled": lacks ? "true" : null, title: lacks,
      onclick: () => lacks ? say(lacks) : act(),
    }, name);
  }

  /** Whether what is shown is as it happens, and why not if the server says so. */
  live(state, why) {
    const sign = document.getElementById("live");
    if (sign) fill(sign, state === "live" ? "● live" : why?.status ? `○ not live: ${why.message}` : "○ connecting");
  }

  /** At once, so that the next key is for that view. */
  go(hash) {
    location.hash = hash;
    this.moved();
  }

  replace(hash) {
    history.replaceState(null, "", hash);
    this.shown = location.hash;
  }

  /** The address may have changed. */
  moved() {
    if (this.me && location.hash !== this.shown) this.route();
  }

  /** Shows the view that the address names. */
  route() {
    this.shown = location.hash;
    const [path, query] = location.hash.slice(1).split("?");
    this.view?.close();
    this.view = null;
    dialog()?.close();
    this.main.scrollTop = 0;
    window.scrollTo(0, 0);
    const parameters = new URLSearchParams(query ?? "");
    for (const {pattern, open} of VIEWS) {
      const found = pattern.exec(path || "/nodes");
      if (found) {
        const parts = found.slice(1).map((part) => {
          try {
            return decodeURIComponent(part);
          } catch {
            return part;
          }
        });
        this.tabs();
        this.view = open(this, parts, parameters);
        document.title = `${this.view.title} · directord`;
        return;
      }
    }
    fill(this.main, h("h1", {}, "There is nothing here"), h("p", {}, h("a", {href: "#/nodes"}, "Nodes")));
    document.title = "directord";
    this.tabs();
  }

  tabs() {
    const at = (location.hash || "#/nodes").replace(/^#\/(jobs|start)\b/, "#/runs");
    update(document.getElementById("top"),
      h("a", {key: "brand", class: "brand", href: "#/nodes"}, "directord"),
      h("nav", {"aria-label": "Views"}, h("ul", {}, TABS.filter((tab) => this.may(tab.needs)).map((tab) =>
        h("li", {}, h("a", {href: tab.href, "aria-current": at.startsWith(tab.href) ? "page" : null}, tab.name))))),
      h("div", {class: "tools"},
        h("span", {id: "live", class: "quiet"}),
        h("span", {class: "who", title: "who you are for the server"}, this.me.user),
        h("button", {type: "button", onclick: theme, id: "theme"}, "Theme: " + chosenTheme()),
        h("button", {type: "button", onclick: help, "aria-keyshortcuts": "?"}, "Keys"),
        h("button", {type: "button", onclick: () => this.logout()}, "Log out")));
  }

  async logout() {
    try {
      await call("DELETE", "/v1/session");
    } catch (error) {
      if (error.status !== 401) {
        refuse(error);
        return;
      }
    }
    location.reload();
  }

  /** Asks for a token, or says that a link is needed. */
  ask(why) {
    const fields = this.view?.written?.();
    if (fields) this.draft = {hash: location.hash, user: this.me.user, fields};
    this.view?.close();
    this.view = null;
    this.me = null;
    dialog()?.close();
    document.title = "Log in · directord";
    const field = h("input", {id: "token", type: "password", autocomplete: "off", required: true, spellcheck: "false"});
    const wrong = h("div", {});
    fill(document.getElementById("top"), h("span", {class: "brand"}, "directord"));
    fill(this.main, h("form", {class: "login", onsubmit: async (event) => {
      event.preventDefault();
      try {
        await begin(field.value.trim());
        await this.start();
      } catch (error) {
        fill(wrong, problem(error));
        field.value = "";
        field.focus();
      }
    }}, h("h1", {}, "Log in"), why && h("p", {class: "warning", role: "alert"}, why),
    h("p", {}, "Paste a token, or open the link that ", h("code", {}, "directord ui"), " makes."),
    h("label", {for: "token"}, "Token"), field, h("button", {class: "main"}, "Log in"), wrong));
    field.focus();
  }

  async start() {
    this.me = await get("/v1/whoami");
    this.route();
    this.draft = null;
  }
}

function begin(secret) {
  if (!/^[\x21-\x7e]{1,200}$/.test(secret)) {
    throw new Problem(0, {title: "Not a token", detail: "a token is one word, such as directord_..."});
  }
  return call("POST", "/v1/session", undefined, {Authorization: "Bearer " + secret});
}

function chosenTheme() {
  try {
    const kept = localStorage.getItem("theme");
    return THEMES.includes(kept) ? kept : "system";
  } catch {
    return "system";
  }
}

function applyTheme() {
  const theme = chosenTheme();
  if (theme === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}

function theme() {
  const next = THEMES[(THEMES.indexOf(chosenTheme()) + 1) % THEMES.length];
  try {
    localStorage.setItem("theme", next);
  } catch {
    say("This browser keeps no settings, so the theme cannot be changed.");
  }
  applyTheme();
  document.getElementById("theme").textContent = "Theme: " + next;
}

const dialog = () => document.querySelector("dialog[open]");

function help() {
  const box = h("dialog", {"aria-labelledby": "keys"}, h("h2", {id: "keys"}, "Keys"),
    h("table", {class: "facts"}, h("caption", {class: "unseen"}, "Keys"),
      KEYS.map(([key, what]) => h("tr", {}, h("th", {scope: "row"}, h("kbd", {}, key)), h("td", {}, what)))),
    h("form", {method: "dialog"}, h("button", {class: "main"}, "Close")));
  box.addEventListener("close", () => box.remove());
  document.body.append(box);
  box.showModal();
}

const GO = {n: "#/nodes", r: "#/runs", s: "#/schedules", a: "#/audit"};
let going = false;

function key(event) {
  const view = page.view;
  if (event.ctrlKey || event.metaKey || event.altKey || !view) return;
  const field = event.target.closest?.("input, textarea, select");
  if (event.key === "Escape") {
    if (dialog()) return;
    if (field) field.blur();
    else if (view.up) page.go(view.up);
    return;
  }
  if (field || dialog()) return;
  const act = going && GO[event.key] ? () => page.go(GO[event.key]) : {
    "/": () => view.search?.focus(), "?": help, c: () => page.go("#/start"), r: () => view.reload?.(),
    j: () => view.grid?.move(1), k: () => view.grid?.move(-1),
    ArrowDown: view.grid && (() => view.grid.move(1)), ArrowUp: view.grid && (() => view.grid.move(-1)),
    PageDown: view.grid && (() => view.grid.move(20)), PageUp: view.grid && (() => view.grid.move(-20)),
    Enter: event.target.closest?.("a, button") ? null : () => view.grid?.enter(),
  }[event.key];
  going = event.key === "g";
  if (act) {
    event.preventDefault();
    act();
  }
}

const page = new Page();
login.ended = () => page.me && page.ask("This login has ended: its time is over, or its token was revoked.");
applyTheme();
addEventListener("keydown", key);
addEventListener("hashchange", () => LINK.test(location.hash) ? open() : page.moved());

async function open() {
  const link = LINK.exec(location.hash);
  if (link) history.replaceState(null, "", page.shown || "#/nodes");
  try {
    if (link) await begin(link[1]);
    await page.start();
  } catch (error) {
    page.ask(link ? "This link was used already, or is older than a minute: make a new one."
      : error.status === 401 ? null : error.message);
  }
}

open();
