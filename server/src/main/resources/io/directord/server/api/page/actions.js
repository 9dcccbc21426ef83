// What can be done with a run or a job, as far as the caller's role goes.
import {h, counted, problem, say} from "./dom.js";
import {post, url} from "./api.js";

const MOST_NAMES = 30;

/** Asks before something is done; the answer of what is done, or null. */
export function confirm(title, text, yes) {
  return new Promise((resolve) => {
    const box = h("dialog", {"aria-labelledby": "asked"}, h("h2", {id: "asked"}, title), h("div", {}, text),
      h("form", {method: "dialog", class: "bar"}, h("button", {value: "no"}, "No"),
        h("button", {value: "yes", class: "main"}, yes)));
    box.addEventListener("close", () => {
      box.remove();
      resolve(box.returnValue === "yes");
    });
    document.body.append(box);
    box.showModal();
  });
}

/** Shows why something could not be done; that the login has ended is seen already. */
export function refuse(error) {
  if (error.status === 401) return;
  const box = h("dialog", {}, problem(error), h("form", {method: "dialog"}, h("button", {class: "main"}, "Close")));
  box.addEventListener("close", () => box.remove());
  document.body.append(box);
  box.showModal();
}

async function attempt(what, after) {
  try {
    await what();
    after?.();
  } catch (error) {
    refuse(error);
  }
}

const ALL = ["failed", "lost", "not_started"];

async function rerun(page, id) {
  await attempt(async () => {
    const plan = await post(url(["v1", "jobs", id, "rerun"]), {only: ALL, check_only: true});
    const yes = await confirm("Run again where it did not succeed?",
      [h("p", {}, `${counted(plan.jobs.length, "job")} on ${counted(plan.nodes.length, "node")} of ${plan.of}: `,
        h("span", {class: "mono"}, first(plan.nodes))),
      plan.unended > 0 && h("p", {class: "warning"}, `${counted(plan.unended, "job")} has not ended everywhere, and may still fail there.`),
      plan.forgotten.length > 0 && h("p", {class: "warning"}, `Not enrolled any more: ${first(plan.forgotten)}`)], "Run again");
    if (!yes) return;
    const from = page.view;
    const receipt = await post(url(["v1", "jobs", id, "rerun"]), {only: ALL, stream: true});
    say(`${counted(receipt.jobs.length, "job")} started`);
    // Whoever has gone elsewhere meanwhile stays there.
    if (page.view === from) page.go("#/jobs/" + receipt.jobs[0]);
  });
}

/** The first of many names, and how many more there are of so many. */
export function first(names, count = names.length) {
  const shown = names.slice(0, MOST_NAMES);
  const more = count - shown.length;
  return shown.join(", ") + (more > 0 ? ` and ${more.toLocaleString("en")} more` : "");
}

/** The buttons of a run. */
export function runActions(page, {id, jobs, failed, paused, read}) {
  const open = jobs.some((job) => job.processing);
  const rolls = jobs.some((job) => job.parent.rolling || job.parent.deadline);
  const change = (action, what) => () => attempt(async () => {
    await post(url(["v1", "jobs", id, action]));
    say(what);
  }, read);
  const cancel = async () => {
    if (await confirm("Cancel this run?", h("p", {}, "It ends on all nodes where it has not ended; what runs is terminated."), "Cancel the run")) {
      await change("cancel", "The run is being cancelled")();
    }
  };
  return [
    open && page.action("CANCEL", "cancel jobs", "Cancel", cancel, "danger"),
    open && rolls && !paused && page.action("PAUSE", "pause runs", "Pause", change("pause", "Paused: it begins on no further node")),
    open && paused && page.action("PAUSE", "resume runs", "Resume", change("resume", "It goes on")),
    failed > 0 && page.action("SUBMIT", "submit jobs", "Run again where it failed", () => rerun(page, id)),
  ];
}
