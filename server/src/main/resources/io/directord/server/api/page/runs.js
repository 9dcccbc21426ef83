// The runs, the newest first: the jobs of a parent are one.
import {h, fill, badge, counted, moment, problem, span, update} from "./dom.js";
import {Beside, follow, get, keep, url} from "./api.js";
import {Grid} from "./grid.js";
import {progress, runChanged, title} from "./states.js";

const PAGE = 200;

/** What the jobs of a parent come to. */
function runOf(jobs) {
  const sum = (name) => jobs.reduce((all, job) => all + (job[name] ?? 0), 0);
  const first = jobs[0];
  return {
    id: first.parent.id, jobs: jobs.length, name: first.parent.name ?? title(first),
    by: first.submitted_by, at: first.submitted_at, dry: first.dry_run,
    targets: sum("targets"), succeeded: sum("succeeded"), failed: sum("failed"),
    processing: jobs.some((job) => job.processing), paused: jobs.find((job) => job.paused)?.paused,
    time: Math.max(...jobs.map((job) => job.roundtrip_time ?? 0)),
  };
}

function standing(run) {
  if (run.paused) return badge("waits", "‖ paused");
  if (run.processing) return badge("runs", "▶ running");
  return run.failed ? badge("bad", "✗ failed") : badge("ok", "✓ done");
}

export function runs(page) {
  const jobs = new Map();
  let pages = 1;
  let more = 0;
  let drawing = null;
  const wrong = h("div");
  const older = h("button", {type: "button", onclick: () => {
    pages++;
    kept.read();
  }}, "Older");
  const count = h("p", {class: "quiet"});
  const grid = new Grid({
    caption: "Runs",
    columns: [
      {name: "Run", kind: "name", cell: (run) => h("a", {href: "#/runs/" + run.id}, run.name)},
      {name: "State", kind: "state", cell: standing},
      {name: "Results", kind: "results", cell: progress},
      {name: "Jobs", kind: "number wide", cell: (run) => String(run.jobs)},
      {name: "Longest", kind: "time wider", cell: (run) => run.processing ? "" : span(run.time)},
      {name: "By", kind: "by wide", cell: (run) => [run.by, run.dry && " (dry run)"]},
      {name: "Began", kind: "time wide", cell: (run) => moment(run.at)},
    ],
    key: (run) => run.id,
    open: (run) => page.go("#/runs/" + run.id),
    empty: "No run yet.",
  });
  fill(page.main, h("div", {class: "bar"}, h("h1", {}, "Runs"),
    page.action("SUBMIT", "submit jobs", "Start a run", () => page.go("#/start"), "main")),
  wrong, count, grid.element, h("p", {class: "bar"}, older));

  function draw() {
    drawing = null;
    for (const id of jobs.keys()) {
      if (jobs.size <= pages * PAGE) break;
      jobs.delete(id);
      more++;
    }
    const parents = new Map();
    for (const job of jobs.values()) {
      const id = job.parent.id;
      if (!parents.has(id)) parents.set(id, []);
      parents.get(id).push(job);
    }
    const all = [...parents.values()].map(runOf).sort((a, b) => a.at < b.at ? 1 : a.at > b.at ? -1 : 0);
    update(count, counted(all.length, "run"), more ? `, and ${counted(more, "earlier job")}` : "");
    older.hidden = more === 0;
    grid.show(all);
  }

  const later = () => drawing ??= setTimeout(draw, 250);

  /** The newest, as many pages as are wanted. */
  async function ask() {
    let found = {jobs: [], more: 0};
    for (let page = 0; page < pages && (page === 0 || found.more > 0); page++) {
      const answer = await get(url(["v1", "jobs"], {limit: PAGE, before: found.jobs[0]?.id}));
      found = {jobs: [...answer.jobs, ...found.jobs], more: answer.more};
    }
    return found;
  }

  const beside = new Beside((event) => {
    if (event.event === "job_taken" || event.event === "job_ended") jobs.set(event.job.id, event.job);
    else if (event.event === "run_changed") runChanged(jobs.values(), event);
    else if (event.event === "missed") kept.soon();
    else return;
    later();
  });
  const kept = keep(async () => {
    await beside.read(ask, (found) => {
      more = found.more;
      jobs.clear();
      for (const job of found.jobs) jobs.set(job.id, job);
    });
    update(wrong);
    draw();
  }, (error) => update(wrong, problem(error)));
  const stream = follow({detail: "jobs"}, {
    begin: kept.read,
    event: (event) => beside.happened(event),
    state: (state, why) => page.live(state, why),
  });
  return {
    title: "Runs", grid, reload: kept.read,
    close() {
      kept.close();
      clearTimeout(drawing);
      stream.close();
      grid.close();
    },
  };
}
