// One run as it happens: nodes by jobs.
import {h, fill, counted, moment, problem, span} from "./dom.js";
import {Beside, follow, get, url} from "./api.js";
import {Grid} from "./grid.js";
import {axis, bar, scale} from "./timeline.js";
import {STATES, jobBadge, letter, progress, title} from "./states.js";
import {runActions} from "./actions.js";

const MAX_JOBS = 1000;
const COLUMNS = 50;
const AT_ONCE = 3;
const GROUPS = {failed: "FLX", running: "R", waiting: "WS", done: "OKN"};

export function run(page, id) {
  let jobs = [];
  let earlier = 0;
  let state = null;
  let chosen = "";
  let from = 0;
  let drawing = null;
  let closed = false;
  let grid = null;
  let stream = null;
  let sorted = null;

  /** By node: a letter for each job, by the job's id. */
  const matrix = new Map();
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
      matrix.set(node, row = new Map());
      sorted = null;
    }
    row.set(job, one);
  }

  const beside = new Beside(happened);

  async function readStates(job) {
    await beside.read(url(["v1", "jobs", job.id, "states"]), (answer) => {
      replace(answer.job);
      answer.nodes.forEach((node, at) => put(job.id, node, answer.states[at]));
    });
    later();
  }

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

  const readOpen = () => readAll(jobs.filter((job) => job.processing));

  async function read() {
    try {
      const answer = await get(url(["v1", "jobs"], {parent: id, limit: MAX_JOBS}));
      if (closed) return;
      if (answer.jobs.length === 0) {
        fill(wrong, problem({message: `there is no run ${id}: it is older than what the server keeps, or was never there`}));
        return;
      }
      jobs = answer.jobs;
      earlier = answer.more;
      fill(wrong);
      begin();
      draw();
      await readAll(jobs);
      draw();
      stream ??= follow({parent: id, detail: "nodes"},
        {begin: () => readOpen().catch(() => {}), event: (event) => beside.happened(event), state: (one) => page.live(one)});
    } catch (error) {
      fill(wrong, problem(error));
    }
  }

  function happened(event) {
    switch (event.event) {
      case "job_taken":
        if (replace(event.job)) readStates(event.job).catch(() => {});
        begin();
        break;
      case "job_running": put(event.job_id, event.node, "R"); break;
      case "node_answered": put(event.job_id, event.outcome.node, letter(event.outcome)); break;
      case "job_ended": replace(event.job); break;
      case "run_changed": state = event; break;
      case "missed": readOpen().then(() => readAll(jobs)).catch(() => {}); break;
      default: return;
    }
    later();
  }

  const later = () => drawing ??= setTimeout(draw, 250);

  function cell(row, job, number) {
    const one = matrix.get(row).get(job.id);
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
        const known = matrix.get(row);
        const job = jobs.find((one) => "FLX".includes(known.get(one.id) ?? "-"))
          ?? jobs.find((one) => "RSW".includes(known.get(one.id) ?? "-")) ?? jobs.findLast((one) => known.has(one.id));
        page.go("#" + url(["jobs", job.id, row]));
      },
      empty: chosen ? `No node with a job that is ${chosen}.` : "Reading...",
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
    const first = jobs[0];
    head.textContent = first.parent.name ?? title(first);
    document.title = `${head.textContent} · run · directord`;
    const failed = jobs.reduce((all, job) => all + job.failed, 0);
    fill(about, `By ${first.submitted_by}, `, moment(first.submitted_at), `; ${counted(jobs.length, "job")}, ${counted(matrix.size, "node")}`,
      earlier ? `; ${counted(earlier, "earlier job")} not shown` : "",
      first.dry_run ? "; a dry run, which changes nothing" : "",
      state?.paused ? h("strong", {}, ` Paused: ${state.paused}.`) : "",
      state?.not_begun ? ` ${counted(state.not_begun, "node")} not begun.` : "");
    fill(actions, runActions(page, {id, jobs, failed, paused: state?.paused ?? first.paused, read}));
    const base = Date.parse(first.submitted_at);
    const along = axis(jobs, Math.max(base, Date.now()));
    fill(list, h("table", {class: "facts"}, h("caption", {class: "unseen"}, "Jobs of this run"),
      h("thead", {}, h("tr", {}, ["#", "Job", "State", "Results", "Ended after"].map((name) => h("th", {scope: "col"}, name)),
        h("th", {scope: "col", class: "along"}, h("span", {class: "unseen"}, "Time"), scale(along)))),
      h("tbody", {}, jobs.slice(from, from + COLUMNS).map((job, at) => h("tr", {},
        h("th", {scope: "row"}, String(from + at + 1)),
        h("td", {}, h("a", {href: "#" + url(["jobs", job.id])}, title(job))), h("td", {}, jobBadge(job)),
        h("td", {}, progress(job)),
        h("td", {class: "when"}, job.ended_at ? span((Date.parse(job.ended_at) - base) / 1000) : ""),
        h("td", {class: "along"}, bar(along, job)))))));
    const counts = Object.fromEntries(Object.keys(GROUPS).map((name) => [name, 0]));
    sorted ??= [...matrix.keys()].sort((a, b) => a < b ? -1 : 1);
    const rows = [];
    for (const node of sorted) {
      const letters = new Set(matrix.get(node).values());
      const has = (name) => name === "done" ? [...letters].every((one) => GROUPS.done.includes(one))
        : [...letters].some((one) => GROUPS[name].includes(one));
      for (const name of Object.keys(GROUPS)) if (has(name)) counts[name]++;
      if (!chosen || has(chosen)) rows.push(node);
    }
    fill(chips, Object.keys(GROUPS).map((name) => h("button", {
      type: "button", class: "toggle", "aria-pressed": String(chosen === name),
      onclick: () => {
        chosen = chosen === name ? "" : name;
        draw();
      },
    }, `${name} ${counts[name].toLocaleString("en")}`)));
    const turn = (by) => () => {
      from += by;
      begin();
      draw();
    };
    fill(pager, jobs.length > COLUMNS && [
      h("button", {type: "button", disabled: from === 0, onclick: turn(-COLUMNS)}, "Earlier jobs"),
      `jobs ${from + 1} to ${Math.min(from + COLUMNS, jobs.length)} of ${jobs.length}`,
      h("button", {type: "button", disabled: from + COLUMNS >= jobs.length, onclick: turn(COLUMNS)}, "Later jobs")]);
    grid.show(rows);
  }

  const view = {
    title: "Run", grid, up: "#/runs", reload: read,
    close() {
      closed = true;
      clearTimeout(drawing);
      stream?.close();
      grid?.close();
    },
  };
  read();
  return view;
}
