// What was asked of the server, and by whom.
import {h, fill, badge, counted, moment, problem} from "./dom.js";
import {get, oneAtATime, url} from "./api.js";
import {Grid} from "./grid.js";

const LIMIT = 1000;

export function audit(page, parameters) {
  const by = parameters.get("by") ?? "";
  const wrong = h("div");
  const count = h("p", {class: "quiet"});
  const field = h("input", {id: "by", type: "search", value: by, autocomplete: "off", spellcheck: "false", placeholder: "token:ada"});
  const form = h("form", {class: "bar", role: "search", onsubmit: (event) => {
    event.preventDefault();
    page.go("#" + url(["audit"], {by: field.value.trim()}));
  }}, h("label", {for: "by"}, "By"), field, h("button", {}, "Search"),
  h("button", {type: "button", onclick: verify}, "Verify"));
  const said = (line) => [line.subject?.what, line.subject?.verbs?.join(", "), line.subject?.nodes, line.subject?.why]
    .filter(Boolean).join(" · ");
  const grid = new Grid({
    caption: "Audit log, the newest first",
    columns: [
      {name: "When", kind: "time", cell: (line) => moment(line.at)},
      {name: "Who", kind: "by", cell: (line) => line.who},
      {name: "Asked", kind: "results", cell: (line) => line.action},
      {name: "Allowed", kind: "state", cell: (line) => line.allowed ? badge("ok", `✓ ${line.status}`) : badge("bad", `✗ ${line.status}`)},
      {name: "About", kind: "rest wide", cell: (line) => h("span", {title: said(line)}, said(line))},
      {name: "From", kind: "by wider", cell: (line) => line.from},
    ],
    key: (line) => line.seq,
    empty: "No line.",
  });
  fill(page.main, h("h1", {}, "Audit log"), form, wrong, count, grid.element);

  const read = oneAtATime(async () => {
    try {
      const answer = await get(url(["v1", "audit"], {by, limit: LIMIT}));
      fill(wrong);
      fill(count, counted(answer.lines.length, "line"), answer.omitted ? `, and ${counted(answer.omitted, "older one")} left out` : "");
      grid.show(answer.lines.toReversed());
    } catch (error) {
      fill(wrong, problem(error));
    }
  });

  async function verify() {
    try {
      const found = await get("/v1/audit/verify");
      fill(wrong, h("p", {class: found.error ? "problem" : "quiet", role: "status"},
        found.error ?? `The audit log holds together: ${counted(found.lines, "line")}.`));
    } catch (error) {
      fill(wrong, problem(error));
    }
  }

  read();
  return {title: "Audit log", grid, search: field, reload: read, close: () => grid.close()};
}
