// One job, and what it has said on a node.
import {h, fill, visible, counted, moment, problem, span, update} from "./dom.js";
import {Beside, follow, get, keep, oneAtATime, url} from "./api.js";
import {Grid} from "./grid.js";
import {jobBadge, letter, progress, runChanged, stateBadge, tally, title} from "./states.js";
import {runActions} from "./actions.js";

const MAX_TEXT = 1 << 20;
const TAIL = 5000;

/** The server has decided these, and a node that comes back may say otherwise. */
const PROVISIONAL = ["LOST", "INTERRUPTED"];

/** Why a job has not ended, or how it has: a sentence for each node, asked for when it is wanted. */
function reasons(id, node) {
  const place = h("div", {"aria-live": "polite"});
  const ask = oneAtATime(async () => {
    fill(place, h("p", {class: "quiet"}, "The nodes are asked..."));
    try {
      const {nodes} = await get(url(["v1", "jobs", id, "why"], {node}));
      fill(place, h("ul", {}, nodes.slice(0, 200).map((one) =>
        h("li", {}, h("strong", {}, one.node), " ", one.text, one.place ? ` (${one.place.at} of ${one.place.of} in the queue)` : ""))),
      nodes.length > 200 && h("p", {class: "quiet"}, `and ${counted(nodes.length - 200, "more node")}; open one to ask for it alone`));
    } catch (error) {
      fill(place, problem(error));
    }
  });
  return [h("div", {class: "bar"}, h("button", {type: "button", onclick: ask}, "Why?")), place];
}

export function job(page, id) {
  let closed = false;
  let drawing = null;
  let summary = null;
  let stream = null;
  let defined = false;
  const states = new Map();
  const head = h("h1", {}, "Job");
  const up = h("p", {});
  const about = h("p", {class: "quiet"});
  const actions = h("div", {class: "bar"});
  const wrong = h("div");
  const definition = h("pre", {class: "output"});
  const grid = new Grid({
    caption: "Nodes of this job",
    columns: [
      {name: "Node", kind: "name", cell: (node) => h("a", {href: "#" + url(["jobs", id, node])}, node)},
      {name: "State", kind: "results", cell: (node) => stateBadge(states.get(node))},
      {name: "", kind: "rest", cell: () => ""},
    ],
    key: (node) => node,
    open: (node) => page.go("#" + url(["jobs", id, node])),
  });
  fill(page.main, up, head, about, actions, wrong, reasons(id),
    h("details", {}, h("summary", {}, "Definition"), definition), grid.element);

  function draw() {
    drawing = null;
    if (closed || !summary) return;
    head.textContent = visible(title(summary));
    document.title = `${head.textContent} · job · directord`;
    const counts = summary.processing ? {...summary, ...tally(states.values())} : summary;
    update(about, jobBadge(summary), " ", progress(counts), ` · by ${summary.submitted_by}, `, moment(summary.submitted_at),
      summary.paused ? `; paused: ${summary.paused}` : "");
    update(actions, runActions(page, {id, jobs: [summary], failed: counts.failed, paused: summary.paused, read: kept.read}));
    grid.show([...states.keys()]);
  }

  const later = () => drawing ??= setTimeout(draw, 250);

  const beside = new Beside(happened);
  const kept = keep(async () => {
    await beside.read(() => get(url(["v1", "jobs", id, "states"])), show);
    if (closed) return;
    update(wrong);
    stream ??= follow({parent: summary.parent.id, detail: "nodes"},
      {begin: kept.read, event: (event) => beside.happened(event), state: (one, why) => page.live(one, why)});
  }, (error) => update(wrong, problem(error)), () => !summary || summary.processing);

  function show(answer) {
    if (closed) return;
    summary = answer.job;
    view.up = "#/runs/" + summary.parent.id;
    update(up, h("a", {href: view.up}, "← Run"));
    states.clear();
    answer.nodes.forEach((node, at) => states.set(node, answer.states[at]));
    draw();
    if (answer.nodes.length > 0 && !defined) readDefinition(answer.nodes.length);
  }

  /** It comes with all results, so it is not read where there are many. */
  async function readDefinition(nodes) {
    defined = true;
    if (nodes > 100) {
      fill(definition, "This job has many nodes: 'directord manage --job-info' shows its definition.");
      return;
    }
    try {
      const {definition: text} = await get(url(["v1", "jobs", id]));
      fill(definition, JSON.stringify(text, null, 2));
    } catch (error) {
      defined = false;
      fill(definition, error.message);
    }
  }

  function happened(event) {
    if (event.event === "missed") kept.soon();
    else if (event.event === "run_changed") runChanged([summary], event);
    else if ((event.job_id ?? event.job?.id) !== id) return;
    else if (event.event === "job_running") states.set(event.node, "R");
    else if (event.event === "node_answered") answered(event.outcome);
    else if (event.job) summary = event.job;
    later();
  }

  function answered(outcome) {
    const one = letter(outcome);
    // A result that came after the end has changed what the job comes to.
    if (!summary.processing && states.get(outcome.node) !== one) kept.soon();
    states.set(outcome.node, one);
  }

  const view = {
    title: "Job", grid, up: "#/runs", reload: () => kept.read(),
    close() {
      closed = true;
      kept.close();
      clearTimeout(drawing);
      stream?.close();
      grid.close();
    },
  };
  return view;
}

/** What a job has said on a node, and says. */
export function output(page, id, node) {
  let closed = false;
  let stream = null;
  let ended = false;
  const head = h("h1", {}, node);
  const about = h("p", {class: "quiet"});
  const wrong = h("div");
  const facts = h("div");
  const place = h("div", {class: "outputs"});
  const live = h("pre", {class: "output", tabindex: "0", "aria-label": "Output as it comes"});
  fill(page.main, h("p", {}, h("a", {href: "#/jobs/" + id}, "← Job")), head, about, wrong, reasons(id, node), facts, place);

  const text = (name, lines, what) => what && [
    h("h2", {}, name), lines.of > lines.to - lines.from + 1
      && h("p", {class: "quiet"}, `lines ${lines.from} to ${lines.to} of ${lines.of}`),
    h("pre", {class: "output", tabindex: "0", "aria-label": name}, what)];

  const kept = keep(async () => {
    const answer = await get(url(["v1", "jobs", id, "nodes", node], {tail: TAIL}));
    if (closed) return;
    const {result} = answer;
    ended = ["SUCCEEDED", "SKIPPED", "FAILED"].includes(result.state);
    update(wrong);
    update(about, stateBadge(letter(result)), result.reason ? ` ${result.reason}` : "",
      result.execution_time ? ` in ${span(result.execution_time)}` : "",
      result.started_at ? [" from ", moment(result.started_at)] : "",
      result.attempts > 1 ? `, ${result.attempts} attempts` : "",
      result.changed === true ? ", has changed something" : result.changed === false ? ", has changed nothing" : "");
    update(facts, result.cut && h("p", {class: "warning"}, "A part of the output was not kept: it was longer than 1 MiB, or the client died."),
      result.info && [h("h2", {}, "Remark"), h("pre", {class: "output"}, result.info)]);
    if (ended) {
      fill(place, text("Output", answer.stdout_lines, result.stdout), text("Errors", answer.stderr_lines, result.stderr),
        !result.stdout && !result.stderr && h("p", {class: "quiet"}, "It has said nothing."));
    } else if (!live.isConnected) {
      fill(place, h("h2", {}, "Output as it comes"),
        h("p", {class: "quiet"}, "What it said before this view was opened is here when the job has ended."), live);
    }
    if (ended && !PROVISIONAL.includes(result.reason)) {
      stream?.close();
      stream = null;
    } else if (!stream) {
      const summary = (await get(url(["v1", "jobs", id, "states"]))).job;
      if (closed) return;
      document.title = `${title(summary)} on ${node} · directord`;
      stream = follow({parent: summary.parent.id, detail: "output"},
        {begin: kept.read, event: happened, state: (one, why) => page.live(one, why)});
    }
  }, (error) => update(wrong, problem(error)), () => !ended);

  function happened(event) {
    if (event.event === "missed") {
      say(event);
      kept.soon();
    }
    if (event.job_id !== id) return;
    if (event.event === "job_output" && event.node === node) {
      gap(event);
      if (event.lost_lines) append(`[${counted(event.lost_lines, "line")} lost]\n`, "lost");
      append(event.text, event.stream === "STDERR" ? "stderr" : "");
    } else if (event.event === "job_running" && event.node === node || event.event === "node_answered" && event.outcome.node === node) {
      kept.read();
    }
  }

  const missed = (lines) =>
    append(`[${lines ? counted(lines, "line") : "output"} missed; all is here when the job has ended]\n`, "lost");

  function say(event) {
    const mine = event.output?.find((one) => one.job_id === id && one.node === node);
    if (!mine) return;
    missed(mine.lines);
    next.clear();
  }

  /** By stream, where its next piece begins if nothing is missed, as when events begin again. */
  const next = new Map();

  function gap({stream: of, position, text: said}) {
    const due = next.get(of);
    if (due && position && position.pieces !== due.pieces) missed(position.lines - due.lines);
    if (position) next.set(of, {pieces: position.pieces + 1, lines: position.lines + said.split("\n").length - 1});
  }

  let length = 0;

  function append(said, kind) {
    const atEnd = live.scrollHeight - live.scrollTop - live.clientHeight < 40;
    const part = h("span", {class: kind}, said);
    live.append(part);
    length += said.length;
    while (length > MAX_TEXT && live.childElementCount > 1) {
      length -= live.firstElementChild.textContent.length;
      live.firstElementChild.remove();
    }
    if (atEnd) live.scrollTop = live.scrollHeight;
  }

  return {
    title: `${node} · job`, up: "#/jobs/" + id, reload: kept.read,
    close() {
      closed = true;
      kept.close();
      stream?.close();
    },
  };
}
