// Starts a run: one verb, or an orchestration; the nodes are shown before.
import {h, fill, counted, problem, say} from "./dom.js";
import {get, post, url} from "./api.js";
import {first, refuse} from "./actions.js";

export function start(page, parameters) {
  const lacks = page.lacks("SUBMIT", "submit jobs");
  if (lacks) {
    fill(page.main, h("h1", {}, "Start a run"), h("p", {class: "warning"}, lacks));
    return {title: "Start", up: "#/runs", close() {}};
  }
  const before = page.written() ?? {kind: "one", targets: parameters.get("target") ?? "", verb: "RUN", words: "", text: ""};
  let jobs = null;
  let closed = false;

  /** Changes with what is written, so that no preview of something else is shown. */
  let version = 0;
  const targets = h("input", {id: "targets", value: before.targets, spellcheck: "false",
    autocapitalize: "none", autocomplete: "off", placeholder: "web-*, or every node if empty"});
  const verb = h("input", {id: "verb", value: before.verb, spellcheck: "false", autocomplete: "off", class: "short"});
  const words = h("input", {id: "words", value: before.words, spellcheck: "false", autocapitalize: "none", autocomplete: "off", placeholder: "uname -r"});
  const text = h("textarea", {id: "text", value: before.text, spellcheck: "false", placeholder: "- jobs:\n  - RUN: uname -r"});
  const one = h("div", {class: "fields", hidden: before.kind !== "one"}, h("label", {for: "verb"}, "Verb"), verb, h("label", {for: "words"}, "Arguments"), words);
  const many = h("div", {class: "fields", hidden: before.kind !== "many"}, h("label", {for: "text"}, "Orchestration, in YAML"), text);
  const place = h("div", {"aria-live": "polite"});
  const go = h("button", {type: "button", class: "main", hidden: true, onclick: submit}, "Start");
  const kind = (name, label) => h("label", {class: "choice"},
    h("input", {type: "radio", name: "kind", value: name, checked: before.kind === name, onchange: () => {
      one.hidden = name !== "one";
      many.hidden = name !== "many";
      forget();
    }}), label);
  const form = h("form", {onsubmit: preview, oninput: forget},
    h("fieldset", {class: "bar"}, h("legend", {}, "What"), kind("one", "one verb"), kind("many", "an orchestration")),
    h("div", {class: "fields"}, h("label", {for: "targets"}, "Targets"), targets), one, many,
    h("p", {class: "quiet"}, "Several targets are separated by commas. Those that an orchestration names count where this field is empty. Files cannot be brought from here."),
    h("div", {class: "bar"}, h("button", {}, "Preview"), go));
  fill(page.main, h("p", {}, h("a", {href: "#/runs"}, "← Runs")), h("h1", {}, "Start a run"), form, place);
  (targets.value ? words : targets).focus();

  function forget() {
    version++;
    jobs = null;
    go.hidden = true;
    fill(place);
  }

  const list = () => split(targets.value);
  const asText = () => one.hidden ? text.value
    : JSON.stringify([{jobs: [{[verb.value.trim() || "RUN"]: words.value}]}]);

  async function preview(event) {
    event.preventDefault();
    forget();
    const mine = version;
    const focused = document.activeElement;
    const shown = await previewed().catch((error) => ({parts: problem(error)}));
    if (mine !== version) return;
    fill(place, shown.parts);
    if (!shown.jobs) return;
    jobs = shown.jobs;
    go.hidden = false;
    if (document.activeElement === focused) go.focus();
  }

  const wrong = (errors) =>
    ({parts: problem({title: "This cannot be run", message: counted(errors.length, "error"), errors})});

  /** What is to be shown of what is written, and the jobs if it can be run. */
  async function previewed() {
    const targets = list();
    const plan = await post("/v1/plan", {text: asText(), targets: targets.length ? targets : undefined});
    if (plan.errors.length) return wrong(plan.errors);
    const checked = await post("/v1/check", {jobs: plan.jobs});
    if (checked.errors.length) return wrong(checked.errors);
    return {jobs: plan.jobs, parts: [h("h2", {}, `${counted(plan.jobs.length, "job")} would run`),
      plan.notes.map((note) => h("p", {class: "warning"}, note.message)),
      checked.obstacles.map((obstacle) => h("p", {class: "warning"}, `${obstacle.place ? obstacle.place + ": " : ""}${obstacle.message}`)),
      await resolved(checked.targets)]};
  }

  async function resolved(found) {
    const seen = found.length ? found : [await everyNode()];
    return seen.map((one) => h("p", {}, h("strong", {}, one.written.join(", ") || "every node"),
      ` stands for ${counted(one.count ?? one.nodes.length, "node")}: `, h("span", {class: "mono"}, first(one.nodes, one.count)),
      one.left_out.length > 0 && h("span", {class: "quiet"}, `; left out, since expired: ${first(one.left_out)}`)));
  }

  async function everyNode() {
    const {nodes, states} = await get(url(["v1", "nodes"], {limit: 100}));
    const names = nodes.filter((node) => node.state !== "EXPIRED").map((node) => node.identity);
    return {written: [], nodes: names, count: states.ACTIVE + states.AWAY, left_out: []};
  }

  /** Whoever has gone elsewhere meanwhile stays there. */
  async function submit() {
    if (!jobs) return;
    const submitted = jobs;
    go.disabled = true;
    try {
      const receipt = await post("/v1/jobs", {jobs: submitted});
      say(`${counted(receipt.jobs.length, "job")} started`);
      if (!closed) page.go("#/runs/" + (submitted[0].parent_id ?? submitted[0].job_id));
    } catch (error) {
      refuse(error);
    }
    go.disabled = false;
  }

  return {
    title: "Start", up: "#/runs",
    written: () => ({kind: one.hidden ? "many" : "one", targets: targets.value, verb: verb.value, words: words.value, text: text.value}),
    close() {
      closed = true;
      version++;
    },
  };
}

/** Commas stand between targets, except within brackets and quotes. */
function split(text) {
  const found = [];
  let depth = 0;
  let quote = "";
  let word = "";
  for (const one of text) {
    if (quote) quote = one === quote ? "" : quote;
    else if (one === '"' || one === "'") quote = one;
    else if ("([{".includes(one)) depth++;
    else if (")]}".includes(one)) depth--;
    else if (one === "," && depth <= 0) {
      found.push(word);
      word = "";
      continue;
    }
    word += one;
  }
  return [...found, word].map((one) => one.trim()).filter(Boolean);
}
