// What starts by itself.
import {h, fill, badge, counted, moment, problem, say, update} from "./dom.js";
import {follow, get, keep, post, url} from "./api.js";
import {Grid} from "./grid.js";
import {refuse} from "./actions.js";

const standing = (one) => one.status.paused ? badge("waits", "‖ paused")
  : one.status.running ? badge("runs", "▶ running") : badge("ok", "● on");

/** Keeps it true, also whenever jobs begin or end. */
function keepWithRuns(page, act, failed) {
  const kept = keep(act, failed);
  const stream = follow({detail: "jobs"}, {
    begin: kept.read,
    event: (event) => event.event === "node_changed" || kept.soon(),
    state: (state, why) => page.live(state, why),
  });
  return {
    read: kept.read,
    close() {
      kept.close();
      stream.close();
    },
  };
}

export function schedules(page) {
  const wrong = h("div");
  const count = h("p", {class: "quiet"});
  const grid = new Grid({
    caption: "Schedules",
    columns: [
      {name: "Schedule", kind: "name", cell: (one) => h("a", {href: "#" + url(["schedules", one.name])}, one.name)},
      {name: "State", kind: "state", cell: standing},
      {name: "When", kind: "results mono", cell: (one) => `${one.timing.cron} ${one.timing.zone}`},
      {name: "Next", kind: "time", cell: (one) => moment(one.status.next)},
      {name: "Last", kind: "time wide", cell: (one) => one.status.last ? [one.status.last.what.toLowerCase(), " ", moment(one.status.last.due)] : ""},
      {name: "By", kind: "by wide", cell: (one) => one.created_by},
    ],
    key: (one) => one.name,
    open: (one) => page.go("#" + url(["schedules", one.name])),
    empty: "No schedule: 'directord schedule add' makes one.",
  });
  fill(page.main, h("h1", {}, "Schedules"), wrong, count, grid.element);

  const kept = keepWithRuns(page, async () => {
    const all = (await get("/v1/schedules")).schedules;
    update(wrong);
    update(count, counted(all.length, "schedule"));
    grid.show(all);
  }, (error) => update(wrong, problem(error)));
  return {
    title: "Schedules", grid, reload: kept.read,
    close() {
      kept.close();
      grid.close();
    },
  };
}

/** One of them, with what can be done and what it has done. */
export function schedule(page, name) {
  const place = h("div");
  fill(page.main, h("p", {}, h("a", {href: "#/schedules"}, "← Schedules")), h("h1", {}, name), place);

  const kept = keepWithRuns(page, async () => {
    const {schedule: one, history, limit} = await get(url(["v1", "schedules", name]));
    const change = (action, what) => async () => {
      try {
        await post(url(["v1", "schedules", name, action]));
        say(what);
        kept.read();
      } catch (error) {
        refuse(error);
      }
    };
    const may = (label, act) => page.action("SCHEDULE", "change schedules", label, act);
    const row = (key, ...value) => h("tr", {}, h("th", {scope: "row"}, key), h("td", {}, value));
    update(place, h("div", {class: "bar"},
      one.status.paused ? may("Resume", change("resume", "The schedule goes on")) : may("Pause", change("pause", "The schedule starts nothing")),
      may("Run now", change("run", "A run is started"))),
    h("table", {class: "facts"}, h("caption", {class: "unseen"}, "How it stands"), row("State", standing(one)),
      row("When", h("code", {}, one.timing.cron), ` in ${one.timing.zone}`), row("Next", moment(one.status.next)),
      row("If missed", one.timing.missed), row("If the last run goes on", one.timing.overlap),
      row("Jobs", String(one.jobs)), limit.length > 0 && row("Only on", limit.join(", ")),
      row("Added", `by ${one.created_by}, `, moment(one.created_at))),
    h("h2", {}, "History"),
    h("table", {class: "facts"}, h("caption", {class: "unseen"}, "History, the latest first"),
      h("thead", {}, h("tr", {}, ["Due", "What", "Runs", "Why"].map((head) => h("th", {scope: "col"}, head)))),
      h("tbody", {}, history.toReversed().map((entry) => h("tr", {}, h("td", {}, moment(entry.due)),
        h("td", {}, entry.what.toLowerCase(), entry.count > 1 ? ` (${entry.count})` : ""),
        h("td", {}, entry.runs.map((id) => [h("a", {href: "#/runs/" + id}, id.slice(0, 8)), " "])), h("td", {}, entry.info))))),
    history.length === 0 && h("p", {class: "quiet"}, "Nothing yet."));
  }, (error) => update(place, problem(error)));
  return {title: name, up: "#/schedules", reload: kept.read, close: kept.close};
}
