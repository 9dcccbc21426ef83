// The nodes: which there are, how they stand, what they say of themselves.
import {h, fill, badge, counted, moment, problem, span, update} from "./dom.js";
import {get, keep, oneAtATime, url} from "./api.js";
import {Grid} from "./grid.js";

/** Nodes that are read at once. */
const PAGE = 200;

const KINDS = {ACTIVE: "ok", AWAY: "waits", EXPIRED: "bad"};
const SIGNS = {ACTIVE: "● active", AWAY: "◐ away", EXPIRED: "○ expired"};

export const state = (node) => badge(KINDS[node.state] ?? "waits", SIGNS[node.state] ?? node.state);

const labels = (node) => Object.entries(node.labels).map(([name, label]) =>
  h("span", {class: "chip", title: label.origin === "SERVER" ? "set at the server" : "said by the node itself"},
    `${name}=${label.value}`));

const os = (node) => [node.facts.os, node.facts["os.version"]].filter(Boolean).join(" ");

/** An expression with what is wrong with it, at the place. */
export function marked(expression, error) {
  const at = error.errors?.find((one) => one.column)?.column;
  const box = problem(error);
  if (at) {
    box.prepend(h("pre", {class: "mark", "aria-hidden": "true"}, `${expression}\n${" ".repeat(at - 1)}^`));
  }
  return box;
}

export function nodes(page, parameters) {
  const target = parameters.get("target") ?? "";
  let chosen = parameters.get("state") ?? "";
  let counts = {};

  /** At their places; those of pages that were not read are undefined. */
  let rows = [];

  /** Pages that are as they were read last. */
  const fresh = new Set();
  let seen = [0, 0];
  const grid = new Grid({
    caption: "Nodes",
    columns: [
      {name: "Node", cell: (node) => h("a", {href: "#/nodes/" + encodeURIComponent(node.identity)}, node.identity), kind: "name"},
      {name: "State", cell: state, kind: "state"},
      {name: "Labels", cell: labels, kind: "wide"},
      {name: "System", cell: os, kind: "wider"},
      {name: "Jobs", cell: (node) => String(node.outstanding), kind: "number"},
      {name: "Last heard of", cell: (node) => moment(node.last_seen), kind: "time wide"},
      {name: "Remark", cell: (node) => node.remark, kind: "wider"},
    ],
    key: (node) => node.identity,
    open: (node) => page.go("#/nodes/" + encodeURIComponent(node.identity)),
    seen: (first, end) => {
      seen = [first, end];
      if (wanted() !== undefined) read().catch(failed);
    },
    empty: "Reading...",
  });
  const field = h("input", {
    id: "search", type: "search", value: target, spellcheck: "false", autocomplete: "off",
    autocapitalize: "none", placeholder: "web-* and @role=web", "aria-describedby": "wrong",
  });
  const wrong = h("div", {id: "wrong"});
  const chips = h("div", {class: "chips", role: "group", "aria-label": "Only nodes in this state"});
  const asOf = h("p", {class: "quiet", id: "count"});
  const form = h("form", {class: "bar", role: "search", onsubmit: (event) => {
    event.preventDefault();
    page.go("#" + url(["nodes"], {target: field.value.trim(), state: chosen}));
  }}, h("label", {for: "search"}, "Target"), field, h("button", {}, "Search"));
  fill(page.main, h("h1", {}, "Nodes"), form, wrong, chips, asOf, grid.element);

  function draw() {
    update(chips, Object.keys(SIGNS).map((name) => h("button", {
      key: name, type: "button", "aria-pressed": String(chosen === name), class: "toggle",
      onclick: () => {
        chosen = chosen === name ? "" : name;
        page.replace("#" + url(["nodes"], {target, state: chosen}));
        rows = [];
        grid.empty = "Reading...";
        grid.element.scrollTop = 0;
        draw();
        kept.read();
      },
    }, `${SIGNS[name]} ${(counts[name] ?? 0).toLocaleString("en")}`)));
    update(asOf, counted(rows.length, "node"), chosen || target ? " of these" : "", ", as of ", moment(new Date().toISOString()));
    grid.show(rows);
  }

  /** The first page that is seen and not read; undefined if there is none. */
  function wanted() {
    const last = Math.max(0, Math.min(seen[1], rows.length) - 1);
    for (let at = Math.floor(Math.min(seen[0], last) / PAGE); at * PAGE <= last; at++) if (!fresh.has(at)) return at;
    return undefined;
  }

  const read = oneAtATime(async () => {
    for (let at = wanted(); at !== undefined; at = wanted()) {
      const state = chosen;
      const answer = await get(url(["v1", "nodes"], {target, state, offset: at * PAGE, limit: PAGE}));
      if (state !== chosen) continue;
      counts = answer.states;
      rows.length = state ? counts[state] : Object.values(counts).reduce((sum, one) => sum + one, 0);
      answer.nodes.forEach((node, index) => rows[at * PAGE + index] = node);
      fresh.add(at);
      update(wrong, answer.warnings.map((one) => h("p", {class: "warning"}, one)));
      grid.empty = "No node.";
      draw();
    }
  });
  const failed = (error) => update(wrong, marked(target, error));
  const kept = keep(() => {
    fresh.clear();
    return read();
  }, failed);
  return {
    title: target ? `${target} · nodes` : "Nodes", grid, search: field, reload: kept.read,
    close() {
      kept.close();
      grid.close();
    },
  };
}

/** One node. */
export function node(page, name) {
  const place = h("div");
  fill(page.main, h("p", {}, h("a", {href: "#/nodes"}, "← Nodes")), h("h1", {}, name), place);
  const row = (key, ...value) => h("tr", {}, h("th", {scope: "row"}, key), h("td", {}, value));

  const kept = keep(async () => {
    const found = (await get(url(["v1", "nodes"], {target: name}))).nodes;
    const it = found.find((one) => one.identity === name);
    if (!it) throw {message: `there is no node ${name}`};
    update(place,
      h("table", {class: "facts"}, h("caption", {}, "How it stands"),
        row("State", state(it)), it.remark && row("Remark", it.remark),
        row("Last heard of", moment(it.last_seen)), row("Jobs there", String(it.outstanding)),
        it.held ? row("Held for it", counted(it.held, "job"), " until ", moment(it.held_until)) : null,
        row("Client", `${it.version}, by ${it.driver}`),
        it.agent_uptime !== undefined && row("Client runs for", span(it.agent_uptime)),
        it.host_uptime !== undefined && row("Machine runs for", span(it.host_uptime)),
        row("Machine", h("code", {}, it.machine_id)), row("Addresses", it.addresses.join(", "))),
      h("table", {class: "facts"}, h("caption", {}, "Labels"),
        Object.entries(it.labels).map(([key, label]) => row(key, label.value,
          h("span", {class: "quiet"}, label.origin === "SERVER" ? " set at the server" : " said by the node itself",
            label.self ? `; the node says ${label.self}` : "")))),
      h("table", {class: "facts"}, h("caption", {}, "Facts, as the node says them"),
        Object.entries(it.facts).map(([key, value]) => row(key, value))),
      page.may("SUBMIT") && h("p", {}, h("a", {class: "button", href: "#" + url(["start"], {target: name})}, "Run something here")));
  }, (error) => update(place, problem(error)));
  return {title: name, reload: kept.read, up: "#/nodes", close: kept.close};
}
