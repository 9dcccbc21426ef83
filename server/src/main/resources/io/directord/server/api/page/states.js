// How jobs stand, as letters, signs and words.
import {h} from "./dom.js";

/** By letter, as of /v1/jobs/ID/states: kind is a colour, sign what stands in a cell. */
export const STATES = {
  F: {kind: "bad", sign: "✗", word: "failed"},
  L: {kind: "bad", sign: "?", word: "lost"},
  X: {kind: "bad", sign: "⊘", word: "cancelled"},
  R: {kind: "runs", sign: "▶", word: "running"},
  S: {kind: "waits", sign: "→", word: "sent"},
  W: {kind: "waits", sign: "·", word: "waiting"},
  N: {kind: "none", sign: "–", word: "never begun"},
  O: {kind: "ok", sign: "✓", word: "succeeded"},
  K: {kind: "ok", sign: "≡", word: "skipped, done before"},
};

/** The letter of a result. */
export function letter(outcome) {
  const {state, reason} = outcome;
  if (state !== "FAILED") return {WAITING: "W", SENT: "S", RUNNING: "R", SUCCEEDED: "O", SKIPPED: "K"}[state] ?? "W";
  if (["OMITTED", "DROPPED", "NOT_STARTED"].includes(reason)) return "N";
  if (reason === "CANCELLED") return "X";
  return reason === "LOST" || reason === "RESULT_LOST" ? "L" : "F";
}

export function stateBadge(one) {
  const state = STATES[one];
  return h("span", {class: "badge " + state.kind}, `${state.sign} ${state.word}`);
}

/** How many results letters are: as a job counts them that has not ended. */
export function tally(letters) {
  const found = {succeeded: 0, failed: 0};
  for (const one of letters) {
    if ("OK".includes(one)) found.succeeded++;
    else if ("FLXN".includes(one)) found.failed++;
  }
  return found;
}

/** Applies a run_changed event to those of the jobs that are of its run. */
export function runChanged(jobs, {parent_id: parent, paused, not_begun: notBegun}) {
  for (const job of jobs) {
    if (job.processing && job.parent.id === parent) Object.assign(job, {paused, not_begun: notBegun});
  }
}

/** A bar of how many nodes of a job have come how far, and the same in words. */
export function progress(job) {
  const good = job.succeeded;
  const bad = job.failed;
  const open = job.targets - good - bad;
  const words = [good && `${good} ok`, bad && `${bad} failed`, open && `${open} open`].filter(Boolean).join(", ") || "no nodes";
  const part = (kind, number) => {
    const element = h("span", {class: kind});
    element.style.flexGrow = String(number);
    return number > 0 && element;
  };
  return h("span", {class: "progress"},
    h("span", {class: "track", "aria-hidden": "true"}, part("ok", good), part("bad", bad), part("open", open)),
    h("span", {class: "words"}, words));
}

/** What a job does, in a few words. */
export const title = (job) => [job.verb, job.name ?? job.text].filter(Boolean).join(" ");

export function jobBadge(job) {
  if (job.paused) return h("span", {class: "badge waits"}, "‖ paused");
  if (job.processing) return h("span", {class: "badge runs"}, "▶ running");
  return h("span", {class: "badge " + (job.failed ? "bad" : "ok")}, job.failed ? "✗ failed" : "✓ done");
}
