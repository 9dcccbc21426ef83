// What the server is asked. Every request has a header that no other site can send.

export class Problem extends Error {
  constructor(status, said) {
    super(said.detail ?? "the server has answered something that is not known here");
    this.status = status;
    this.title = said.title;
    this.code = said.code;
    this.errors = said.errors ?? [];
  }
}

const HEADERS = {"Directord-Page": "1"};

/** Called when the login has ended. */
export const login = {ended: () => {}};

/** What the server answers, as a value; throws Problem. */
export async function call(method, path, body, headers = {}) {
  const all = {...HEADERS, ...headers};
  if (body !== undefined) all["Content-Type"] = "application/json";
  let answer;
  try {
    answer = await fetch(path, {
      method, headers: all, cache: "no-store", credentials: "same-origin",
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch {
    throw new Problem(0, {title: "No answer", detail: "the server cannot be reached at the moment"});
  }
  if (answer.ok) return answer.status === 204 ? null : answer.json();
  const said = await answer.json().catch(() => ({}));
  if (answer.status === 401 && path !== "/v1/session") login.ended();
  throw new Problem(answer.status, said);
}

export const get = (path) => call("GET", path);
export const post = (path, body) => call("POST", path, body);

/** A path with its parts and parameters written as URLs are. */
export function url(parts, parameters = {}) {
  const query = Object.entries(parameters).flatMap(([name, value]) =>
    [value].flat().filter((one) => one !== null && one !== undefined && one !== "")
      .map((one) => `${name}=${encodeURIComponent(one)}`));
  return parts.map((part) => "/" + encodeURIComponent(part)).join("")
    + (query.length ? "?" + query.join("&") : "");
}

/**
 * Reads beside events. An answer may be older than an event that came before it, so what was
 * told while it was under way is told again once it is shown.
 */
export class Beside {
  #reads = new Set();

  /** @param tell shows an event */
  constructor(tell) {
    this.tell = tell;
  }

  happened(event) {
    for (const told of this.#reads) told.push(event);
    this.tell(event);
  }

  /** @param show shows the answer */
  async read(path, show) {
    const told = [];
    this.#reads.add(told);
    try {
      show(await get(path));
    } finally {
      this.#reads.delete(told);
    }
    told.forEach(this.tell);
  }
}

/** Does it once at a time; asked for meanwhile, it is done again afterwards, once. */
export function oneAtATime(act) {
  let going = null;
  let again = false;
  return async function ask() {
    if (going) {
      again = true;
      return going;
    }
    going = (async () => {
      do {
        again = false;
        await act();
      } while (again);
    })();
    try {
      await going;
    } finally {
      going = null;
    }
  };
}

/**
 * Events as they happen, until it is closed. While the tab is hidden there is no connection, since
 * a browser has few of them for all its tabs; whoever follows reads anew when one begins.
 */
export function follow(parameters, {begin, event, state}) {
  let abort = null;
  let closed = false;
  let timer = null;
  let pause = 1000;

  async function run() {
    if (closed || document.hidden || abort) return;
    const mine = abort = new AbortController();
    try {
      const answer = await fetch(url(["v1", "events"], parameters),
        {headers: HEADERS, cache: "no-store", signal: mine.signal});
      if (answer.status === 401) login.ended();
      if (!answer.ok) throw new Problem(answer.status, await answer.json().catch(() => ({})));
      state("live");
      begin?.();
      pause = 1000;
      await read(answer.body.getReader());
    } catch (error) {
      if (mine.signal.aborted) return;
      state("waits");
    }
    abort = null;
    timer = setTimeout(run, pause);
    pause = Math.min(pause * 2, 15000);
  }

  async function read(reader) {
    const decoder = new TextDecoder();
    let rest = "";
    for (;;) {
      const {done, value} = await reader.read();
      if (done) return;
      rest += decoder.decode(value, {stream: true});
      const lines = rest.split("\n");
      rest = lines.pop();
      for (const line of lines) {
        if (line.startsWith("data:")) event(JSON.parse(line.slice(5)));
      }
    }
  }

  function stop() {
    clearTimeout(timer);
    abort?.abort();
    abort = null;
  }

  function shown() {
    if (document.hidden) stop();
    else run();
  }

  document.addEventListener("visibilitychange", shown);
  run();
  return {
    close() {
      closed = true;
      stop();
      document.removeEventListener("visibilitychange", shown);
    },
  };
}
