// The runs, the newest first: the jobs of a parent are one.
import {h, fill, badge, counted, moment, problem, span} from "./dom.js";
import {Beside, follow, url} from "./api.js";
import {Grid} from "./grid.js";
import {progress, title} from "./states.js";

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
  let more = 0;
  let drawing = null;
  const wrong = h("div");
  const older = h("button", {type: "button", onclick: () => read(false)}, "Older");
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
    const parents = new Map();
    for (const job of jobs.values()) {
      const id = job.parent.id;
      if (!parents.has(id)) parents.set(id, []);
      parents.get(id).push(job);
    }
    const all = [...parents.values()].map(runOf).sort((a, b) => a.at < b.at ? 1 : a.at > b.at ? -1 : 0);
    fill(count, counted(all.length, "run"), more ? `, and ${counted(more, "earlier job")}` : "");
    older.hidden = more === 0;
    grid.show(all);
  }

  const later = () => drawing ??= setTimeout(draw, 250);

  async function read(anew) {
    try {
      const oldest = jobs.values().next().value?.id;
      await beside.read(url(["v1", "jobs"], {limit: PAGE, before: anew ? null : oldest}), (answer) => {
        const known = anew ? [] : [...jobs];
        more = answer.more;
        jobs.clear();
        for (const job of answer.jobs) jobs.set(job.id, job);
        for (const [id, job] of known) jobs.set(id, job);
      });
      fill(wrong);
      draw();
    } catch (error) {
      fill(wrong, problem(error));
    }
  }

  const beside = new Beside((event) => {
    if (event.event === "job_taken" || event.event === "job_ended") {
      jobs.set(event.job.id, event.job);
      later();
    } else if (event.event === "missed") {
      read(true);
    }
  });
  const stream = follow({detail: "jobs"}, {
    begin: () => read(true),
    event: (event) => beside.happened(event),
    state: (state) => page.live(state),
  });
  return {
    title: "Runs", grid, reload: () => read(true),
    close() {
      clearTimeout(drawing);
      stream.close();
      grid.close();
    },
  };
}
