// One run as it happens: nodes by jobs.
import {h, fill, counted, moment, problem, span, update} from "./dom.js";
import {Beside, follow, get, keep, url} from "./api.js";
import {Grid} from "./grid.js";
import {axis, bar, scale} from "./timeline.js";
import {STATES, jobBadge, letter, progress, runChanged, tally, title} from "./states.js";
import {runActions} from "./actions.js";

const MAX_JOBS = 1000;
const COLUMNS = 50;
const AT_ONCE = 3;
const GROUPS = {failed: "FLX", running: "R", waiting: "WS", done: "OKN"};
const GROUP = Object.fromEntries(Object.entries(GROUPS).flatMap(([name, letters]) => [...letters].map((one) => [one, name])));

/** The letters of a node, by the job's id, and how many of them are of which group. */
class Row {
  letters = new Map();
  counts = {failed: 0, running: 0, waiting: 0, done: 0};

  put(job, letter) {
    const before = this.letters.get(job);
    if (before) this.counts[GROUP[before]]--;
    this.counts[GROUP[letter]]++;
    this.letters.set(job, letter);
  }

  /** A node is done with all of its jobs, and of any other group by one of them. */
  isOf(group) {
    return group === "done" ? this.counts.done === this.letters.size : this.counts[group] > 0;
  }
}

export function run(page, id) {
  let jobs = [];
  let earlier = 0;
  let chosen = "";
  let from = 0;
  let drawing = null;
  let closed = false;
  let grid = null;
  let stream = null;
  let sorted = null;
  let took = 0;

  /** By node. */
  const matrix = new Map();

  /** How many nodes are of each group, as of each result: of thousands not all are looked at. */
  const groups = {failed: 0, running: 0, waiting: 0, done: 0};

  /** By job that has not ended: how many results there are. */
  const counts = new Map();

  /** By job: what it came to when its letters were read. */
  const read = new Map();
  const head = h("h1", {}, "Run");
  const about = h("p", {class: "quiet"});
  const actions = h("div", {class: "bar"});
  const wrong = h("div");
  const list = h("div", {class: "jobs"});
  const chips = h("div", {class: "chips", role: "group", "aria-label": "Only nodes with a job that is"});
  const pager = h("div", {class: "bar"});
  const place = h("div", {class: "place"});
  fill(page.main, h("p", {}, h("a", {href: "#/runs"}, "← Runs")), head, about, actions, wrong, list, chips, pager, place);

  function put(job, node, one) {
    let row = matrix.get(node);
    if (!row) {
      matrix.set(node, row = new Row());
      sorted = null;
    }
    const count = counts.get(job);
    if (count) {
      const before = tally(row.letters.get(job) ?? "");
      for (const [name, now] of Object.entries(tally(one))) count[name] += now - before[name];
    }
    for (const name of Object.keys(groups)) if (row.letters.size > 0 && row.isOf(name)) groups[name]--;
    row.put(job, one);
    for (const name of Object.keys(groups)) if (row.isOf(name)) groups[name]++;
  }

  const beside = new Beside(happened);

  async function readStates(job) {
    await beside.read(() => get(url(["v1", "jobs", job.id, "states"])), (answer) => {
      replace(answer.job);
      read.set(job.id, JSON.stringify(answer.job));
      answer.nodes.forEach((node, at) => put(job.id, node, answer.states[at]));
      counts.set(job.id, tally(answer.states));
    });
    later();
  }

  /** A job as far as it is known: how it stands, and its results, which are told one by one. */
  const known = (job) => job.processing ? {...job, ...counts.get(job.id)} : job;

  function replace(job) {
    const at = jobs.findIndex((one) => one.id === job.id);
    if (at >= 0) jobs[at] = job;
    else jobs.push(job);
    return at < 0;
  }

  async function readAll(which) {
    const queue = [...which];
    const worker = async () => {
      for (let job = queue.shift(); job && !closed; job = queue.shift()) await readStates(job);
    };
    await Promise.all(Array.from({length: AT_ONCE}, worker));
  }

  /** Of jobs that have ended, letters are read again where these have come to something else. */
  const kept = keep(async () => {
    await beside.read(() => get(url(["v1", "jobs"], {parent: id, limit: MAX_JOBS})), (answer) => {
      if (answer.jobs.length === 0) {
        throw {message: `there is no run ${id}: it is older than what the server keeps, or was never there`};
      }
      jobs = answer.jobs;
      earlier = answer.more;
    });
    if (closed) return;
    update(wrong);
    begin();
    draw();
    await readAll(jobs.filter((job) => job.processing || read.get(job.id) !== JSON.stringify(job)));
    if (closed) return;
    draw();
    stream ??= follow({parent: id, detail: "nodes"},
      {begin: kept.read, event: (event) => beside.happened(event), state: (one, why) => page.live(one, why)});
  }, (error) => update(wrong, problem(error)), () => jobs.some((job) => job.processing));

  function happened(event) {
    switch (event.event) {
      case "job_taken":
      case "job_ended":
        if (replace(event.job)) kept.soon();
        begin();
        break;
      case "job_running": put(event.job_id, event.node, "R"); break;
      case "node_answered": answered(event.job_id, event.outcome); break;
      case "run_changed": runChanged(jobs, event); break;
      case "missed":
        // Results from before are read when events begin.
        if (event.events > event.results) kept.soon();
        break;
      default: return;
    }
    later();
  }

  function answered(id, outcome) {
    const one = letter(outcome);
    if (matrix.get(outcome.node)?.letters.get(id) === one) return;
    // A result that came after the end has changed what the job comes to.
    if (!jobs.find((each) => each.id === id)?.processing) kept.soon();
    put(id, outcome.node, one);
  }

  // Of thousands of nodes it takes a while, and leaves time for what else is done.
  const later = () => drawing ??= setTimeout(draw, Math.max(250, 10 * took));

  function cell(row, job, number) {
    const one = matrix.get(row).letters.get(job.id);
    if (!one) return "";
    const {kind, sign, word} = STATES[one];
    return h("a", {
      class: "cell " + kind, href: "#" + url(["jobs", job.id, row]), tabindex: "-1",
      title: `${row}, job ${number}: ${word}`, "aria-label": `job ${number}: ${word}`,
    }, sign);
  }

  /** Makes the table for the jobs that are shown. */
  function begin() {
    const shown = jobs.slice(from, from + COLUMNS);
    const wanted = shown.map((job) => job.id).join();
    if (grid?.jobs === wanted) return;
    grid?.close();
    grid = new Grid({
      caption: "Nodes and jobs of this run",
      columns: [
        {name: "Node", kind: "name", cell: (row) => h("a", {href: "#" + url(["nodes", row]), tabindex: "-1"}, row)},
        ...shown.map((job, at) => ({
          name: h("abbr", {title: title(job)}, String(from + at + 1)), kind: "job",
          cell: (row) => cell(row, job, from + at + 1),
        })),
        {name: "", kind: "rest", cell: () => ""},
      ],
      key: (row) => row,
      open: (row) => {
        const known = matrix.get(row).letters;
        const job = jobs.find((one) => "FLX".includes(known.get(one.id) ?? "-"))
          ?? jobs.find((one) => "RSW".includes(known.get(one.id) ?? "-")) ?? jobs.findLast((one) => known.has(one.id));
        page.go("#" + url(["jobs", job.id, row]));
      },
      height: 30,
    });
    grid.jobs = wanted;
    grid.table.classList.add("matrix");
    fill(place, grid.element);
    view.grid = grid;
  }

  function draw() {
    clearTimeout(drawing);
    drawing = null;
    if (closed || !grid) return;
    const began = performance.now();
    const first = jobs[0];
    const open = jobs.find((job) => job.processing);
    head.textContent = first.parent.name ?? title(first);
    document.title = `${head.textContent} · run · directord`;
    const failed = jobs.reduce((all, job) => all + known(job).failed, 0);
    update(about, `By ${first.submitted_by}, `, moment(first.submitted_at), `; ${counted(jobs.length, "job")}, ${counted(matrix.size, "node")}`,
      earlier ? `; ${counted(earlier, "earlier job")} not shown` : "",
      first.dry_run ? "; a dry run, which changes nothing" : "",
      open?.paused ? h("strong", {}, ` Paused: ${open.paused}.`) : "",
      open?.paused && open.not_begun ? ` ${counted(open.not_begun, "node")} not begun.` : "");
    update(actions, runActions(page, {id, jobs, failed, paused: open?.paused, read: kept.read}));
    const base = Date.parse(first.submitted_at);
    const along = axis(jobs, Math.max(base, Date.now()));
    update(list, h("table", {class: "facts"}, h("caption", {class: "unseen"}, "Jobs of this run"),
      h("thead", {}, h("tr", {}, ["#", "Job", "State", "Results", "Ended after"].map((name) => h("th", {scope: "col"}, name)),
        h("th", {scope: "col", class: "along"}, h("span", {class: "unseen"}, "Time"), scale(along))),
      h("tr", {class: "under"}, h("th", {scope: "col", colspan: 5}, h("span", {class: "unseen"}, "Time"), scale(along)))),
      h("tbody", {}, jobs.slice(from, from + COLUMNS).map((job, at) => [h("tr", {},
        h("th", {scope: "row"}, String(from + at + 1)),
        h("td", {}, h("a", {href: "#" + url(["jobs", job.id])}, title(job))), h("td", {}, jobBadge(job)),
        h("td", {}, progress(known(job))),
        h("td", {class: "when"}, job.ended_at ? span((Date.parse(job.ended_at) - base) / 1000) : ""),
        h("td", {class: "along"}, bar(along, job))),
      h("tr", {class: "under"}, h("td", {colspan: 5}, bar(along, job)))]))));
    sorted ??= [...matrix.keys()].sort((a, b) => a < b ? -1 : 1);
    const rows = chosen ? sorted.filter((node) => matrix.get(node).isOf(chosen)) : sorted;
    update(chips, Object.keys(GROUPS).map((name) => h("button", {
      key: name, type: "button", class: "toggle", "aria-pressed": String(chosen === name),
      onclick: () => {
        chosen = chosen === name ? "" : name;
        draw();
      },
    }, `${name} ${groups[name].toLocaleString("en")}`)));
    const turn = (by) => () => {
      from += by;
      begin();
      draw();
    };
    update(pager, jobs.length > COLUMNS && [
      h("button", {type: "button", disabled: from === 0, onclick: turn(-COLUMNS)}, "Earlier jobs"),
      `jobs ${from + 1} to ${Math.min(from + COLUMNS, jobs.length)} of ${jobs.length}`,
      h("button", {type: "button", disabled: from + COLUMNS >= jobs.length, onclick: turn(COLUMNS)}, "Later jobs")]);
    grid.empty = chosen ? `No node with a job that is ${chosen}.` : "Reading...";
    grid.show(rows);
    took = performance.now() - began;
  }

  const view = {
    title: "Run", grid, up: "#/runs", reload: () => kept.read(),
    close() {
      closed = true;
      kept.close();
      clearTimeout(drawing);
      stream?.close();
      grid?.close();
    },
  };
  return view;
}
