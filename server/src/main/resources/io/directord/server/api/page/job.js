// One job, and what it has said on a node.
import {h, fill, visible, counted, moment, problem, span} from "./dom.js";
import {Beside, follow, get, oneAtATime, url} from "./api.js";
import {Grid} from "./grid.js";
import {jobBadge, letter, progress, stateBadge, title} from "./states.js";
import {runActions} from "./actions.js";

const MAX_TEXT = 1 << 20;
const TAIL = 5000;

/** Why a job has not ended, or how it has: a sentence for each node, asked for when it is wanted. */
function reasons(id, node) {
  const place = h("div", {"aria-live": "polite"});
  const ask = async () => {
    fill(place, h("p", {class: "quiet"}, "The nodes are asked..."));
    try {
      const {nodes} = await get(url(["v1", "jobs", id, "why"], {node}));
      fill(place, h("ul", {}, nodes.slice(0, 200).map((one) =>
        h("li", {}, h("strong", {}, one.node), " ", one.text, one.place ? ` (${one.place.at} of ${one.place.of} in the queue)` : ""))),
      nodes.length > 200 && h("p", {class: "quiet"}, `and ${counted(nodes.length - 200, "more node")}; open one to ask for it alone`));
    } catch (error) {
      fill(place, problem(error));
    }
  };
  return [h("div", {class: "bar"}, h("button", {type: "button", onclick: ask}, "Why?")), place];
}

export function job(page, id) {
  let closed = false;
  let drawing = null;
  let summary = null;
  let stream = null;
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
    fill(about, jobBadge(summary), " ", progress(summary), ` · by ${summary.submitted_by}, `, moment(summary.submitted_at),
      summary.paused ? `; paused: ${summary.paused}` : "");
    fill(actions, runActions(page, {id, jobs: [summary], failed: summary.failed, paused: summary.paused, read}));
    grid.show([...states.keys()]);
  }

  const later = () => drawing ??= setTimeout(draw, 250);

  const beside = new Beside(happened);
  const read = oneAtATime(async () => {
    try {
      await beside.read(url(["v1", "jobs", id, "states"]), show);
      if (closed) return;
      fill(wrong);
      stream ??= follow({parent: summary.parent.id, detail: "nodes"},
        {begin: read, event: (event) => beside.happened(event), state: (one) => page.live(one)});
    } catch (error) {
      fill(wrong, problem(error));
    }
  });

  function show(answer) {
    if (closed) return;
    summary = answer.job;
    view.up = "#/runs/" + summary.parent.id;
    fill(up, h("a", {href: view.up}, "← Run"));
    states.clear();
    answer.nodes.forEach((node, at) => states.set(node, answer.states[at]));
    draw();
    if (answer.nodes.length > 0 && !definition.textContent) readDefinition(answer.nodes.length);
  }

  /** It comes with all results, so it is not read where there are many. */
  async function readDefinition(nodes) {
    if (nodes > 100) {
      fill(definition, "This job has many nodes: 'directord manage --job-info' shows its definition.");
      return;
    }
    const answer = await get(url(["v1", "jobs", id])).catch(() => null);
    if (answer) fill(definition, JSON.stringify(answer.definition, null, 2));
  }

  function happened(event) {
    if (event.event === "missed") read();
    if ((event.job_id ?? event.job?.id) !== id) return;
    if (event.event === "job_running") states.set(event.node, "R");
    else if (event.event === "node_answered") states.set(event.outcome.node, letter(event.outcome));
    else if (event.job) summary = event.job;
    later();
  }

  const view = {
    title: "Job", grid, up: "#/runs", reload: read,
    close() {
      closed = true;
      clearTimeout(drawing);
      stream?.close();
      grid.close();
    },
  };
  read();
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

  const read = oneAtATime(async () => {
    try {
      const answer = await get(url(["v1", "jobs", id, "nodes", node], {tail: TAIL}));
      if (closed) return;
      const {result} = answer;
      ended = ["SUCCEEDED", "SKIPPED", "FAILED"].includes(result.state);
      fill(about, stateBadge(letter(result)), result.reason ? ` ${result.reason}` : "",
        result.execution_time ? ` in ${span(result.execution_time)}` : "",
        result.started_at ? [" from ", moment(result.started_at)] : "",
        result.attempts > 1 ? `, ${result.attempts} attempts` : "",
        result.changed === true ? ", has changed something" : result.changed === false ? ", has changed nothing" : "");
      fill(facts, result.cut && h("p", {class: "warning"}, "A part of the output was not kept: it was longer than 1 MiB, or the client died."),
        result.info && [h("h2", {}, "Remark"), h("pre", {class: "output"}, result.info)]);
      if (ended) {
        fill(place, text("Output", answer.stdout_lines, result.stdout), text("Errors", answer.stderr_lines, result.stderr),
          !result.stdout && !result.stderr && h("p", {class: "quiet"}, "It has said nothing."));
        stream?.close();
        stream = null;
      } else if (!stream) {
        const summary = (await get(url(["v1", "jobs", id, "states"]))).job;
        if (closed) return;
        document.title = `${title(summary)} on ${node} · directord`;
        fill(place, h("h2", {}, "Output as it comes"),
          h("p", {class: "quiet"}, "What it said before this view was opened is here when the job has ended."), live);
        stream = follow({parent: summary.parent.id, detail: "output"}, {begin: read, event: happened, state: (one) => page.live(one)});
      }
    } catch (error) {
      fill(wrong, problem(error));
    }
  });

  function happened(event) {
    if (event.event === "missed") {
      say(event);
      read();
    }
    if (event.job_id !== id) return;
    if (event.event === "job_output" && event.node === node) {
      if (event.lost_lines) append(`[${counted(event.lost_lines, "line")} lost]\n`, "lost");
      append(event.text, event.stream === "STDERR" ? "stderr" : "");
    } else if (event.event === "job_running" && event.node === node || event.event === "node_answered" && event.outcome.node === node) {
      read();
    }
  }

  function say(event) {
    const mine = event.output?.find((one) => one.job_id === id && one.node === node);
    if (mine) append(`[${counted(mine.lines, "line")} missed; all is here when the job has ended]\n`, "lost");
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

  read();
  return {
    title: `${node} · job`, up: "#/jobs/" + id, reload: read,
    close() {
      closed = true;
      stream?.close();
    },
  };
}
