// The jobs of a run on an axis of time.
import {h, span, svg} from "./dom.js";

const WIDTH = 1000;
const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 28800, 86400];
const MAX_TICKS = 4;

/** The axis of jobs: from the first submission to the last end, or to now. */
export function axis(jobs, now) {
  const begin = Math.min(...jobs.map((job) => Date.parse(job.submitted_at)));
  const ends = jobs.map((job) => job.ended_at ? Date.parse(job.ended_at) : now);
  const seconds = Math.max(1, (Math.max(...ends) - begin) / 1000);
  const step = STEPS.find((one) => seconds / one <= MAX_TICKS) ?? Math.ceil(seconds / MAX_TICKS / 86400) * 86400;
  const ticks = [];
  for (let at = step; at <= seconds; at += step) ticks.push(at);
  return {begin, seconds, ticks, now};
}

const x = (along, time) => Math.round(Math.max(0, Math.min(1, (time - along.begin) / 1000 / along.seconds)) * WIDTH);

/** What stands above the bars. */
export function scale(along) {
  return h("span", {class: "scale"}, along.ticks.map((at) => {
    const tick = h("span", {}, span(at));
    tick.style.left = at / along.seconds * 100 + "%";
    return tick;
  }));
}

/** A job: pale from its submission to its end, and full for its longest run on a node before that. */
export function bar(along, job) {
  const from = x(along, Date.parse(job.submitted_at));
  const end = job.ended_at ? Date.parse(job.ended_at) : along.now;
  const to = x(along, end);
  const ran = job.ended_at ? x(along, end - job.execution_time * 1000) : to;
  const kind = job.processing ? "runs" : job.failed ? "bad" : "ok";
  const text = job.ended_at ? `ended ${span((end - along.begin) / 1000)} after the start, ran up to ${span(job.execution_time)} on a node`
    : `goes on, ${span((end - along.begin) / 1000)} after the start`;
  const part = (name, left, right) =>
    svg("rect", {class: name, x: left, y: 2, width: Math.max(4, right - left), height: 8, rx: 2});
  return svg("svg", {class: "bar-of-time " + kind, viewBox: `0 0 ${WIDTH} 12`, preserveAspectRatio: "none", role: "img", "aria-label": text},
    ...along.ticks.map((at) => {
      const place = Math.round(at / along.seconds * WIDTH);
      return svg("line", {x1: place, x2: place, y1: 0, y2: 12});
    }),
    part("waited", from, to), ...(job.ended_at ? [part("ran", Math.max(from, ran), to)] : []));
}
