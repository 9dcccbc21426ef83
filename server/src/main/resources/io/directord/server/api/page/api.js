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

/** No answer takes as long, in milliseconds. */
const ANSWER = 120000;

/** The server says something every 15 seconds to who follows. */
const SILENCE = 45000;

/** Between two reads, and how many times as long as the first took. */
const PAUSE = 5000;
const SHARE = 20;

const SOON = 1000;

/** What is refused with these is refused again. */
const VAIN = [400, 403];

/** Called when the login has ended. */
export const login = {ended: () => {}};

/** What the server answers, as a value; throws Problem. */
export async function call(method, path, body, headers = {}) {
  const all = {...HEADERS, ...headers};
  if (body !== undefined) all["Content-Type"] = "application/json";
  let answer;
  let said;
  try {
    answer = await fetch(path, {
      method, headers: all, cache: "no-store", credentials: "same-origin", signal: AbortSignal.timeout(ANSWER),
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    said = answer.status === 204 ? null : await json(answer);
  } catch {
    throw new Problem(0, {title: "No answer", detail: method === "GET" ? "the server cannot be reached at the moment"
      : "the server cannot be reached at the moment, and may have done this all the same"});
  }
  if (answer.ok) return said;
  if (answer.status === 401 && path !== "/v1/session") login.ended();
  throw new Problem(answer.status, said);
}

/** A refusal may come from something else than the server. */
const json = (answer) => answer.ok ? answer.json() : answer.json().catch(() => ({}));

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
 * told while it was under way is told again once it is shown. Of two answers to the same question
 * the older one must not come last: see oneAtATime.
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

  /**
   * @param ask reads
   * @param show shows the answer
   */
  async read(ask, show) {
    const told = [];
    this.#reads.add(told);
    try {
      show(await ask());
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
  return function ask() {
    again = true;
    return going ??= (async () => {
      try {
        while (again) {
          again = false;
          await act();
        }
      } finally {
        going = null;
      }
    })();
  };
}

/**
 * Keeps true what is shown: reads now, when the page is seen again, and now and then, since no
 * event tells of everything.
 *
 * @param act reads and shows; done once at a time
 * @param failed shows why that could not be done; it is tried again, unless that would be in vain
 * @param goesOn whether it may change without an event
 */
export function keep(act, failed, goesOn = () => true) {
  let timer = null;
  let due = 0;
  let closed = false;
  let error = null;
  const once = oneAtATime(async () => {
    try {
      await act();
      error = null;
    } catch (why) {
      error = why;
      if (!closed) failed(why);
    }
  });

  function after(pause) {
    const at = performance.now() + pause;
    if (closed || document.hidden || timer !== null && due <= at) return;
    clearTimeout(timer);
    due = at;
    timer = setTimeout(read, pause);
  }

  async function read() {
    clearTimeout(timer);
    timer = null;
    const began = performance.now();
    await once();
    if (error ? !VAIN.includes(error.status) : goesOn()) after(Math.max(PAUSE, SHARE * (performance.now() - began)));
  }

  function shown() {
    if (!document.hidden) read();
  }

  document.addEventListener("visibilitychange", shown);
  read();
  return {
    read,
    /** For what changes often. */
    soon: () => after(SOON),
    close() {
      closed = true;
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", shown);
    },
  };
}

/**
 * Events as they happen, until it is closed. While the tab is hidden there is no connection, since
 * a browser has few of them for all its tabs; whoever follows reads anew when one begins. One on
 * which the server says nothing is given up.
 *
 * @param begin called when one has begun
 * @param event called with each event
 * @param state called with "live" or "waits", and then with what is in the way, if that is known
 */
export function follow(parameters, {begin, event, state}) {
  let abort = null;
  let closed = false;
  let timer = null;
  let pause = 1000;

  async function run() {
    if (closed || document.hidden || abort) return;
    const mine = abort = new AbortController();
    let silence;
    const heard = () => {
      clearTimeout(silence);
      silence = setTimeout(() => mine.abort(), SILENCE);
    };
    let why;
    try {
      heard();
      const answer = await fetch(url(["v1", "events"], parameters),
        {headers: HEADERS, cache: "no-store", signal: mine.signal});
      if (answer.status === 401) login.ended();
      if (!answer.ok) throw new Problem(answer.status, await json(answer));
      state("live");
      begin();
      pause = 1000;
      await read(answer.body.getReader(), heard);
    } catch (error) {
      why = error;
    }
    clearTimeout(silence);
    if (abort !== mine) return;
    abort = null;
    state("waits", why);
    timer = setTimeout(run, pause);
    pause = Math.min(pause * 2, 15000);
  }

  async function read(reader, heard) {
    const decoder = new TextDecoder();
    let rest = "";
    for (;;) {
      const {done, value} = await reader.read();
      if (done) return;
      heard();
      rest += decoder.decode(value, {stream: true});
      const lines = rest.split("\n");
      rest = lines.pop();
      for (const line of lines) {
        if (line.startsWith("data:")) tell(JSON.parse(line.slice(5)));
      }
    }
  }

  /** What is wrong with one event, or with how it is shown, keeps none of the others. */
  function tell(one) {
    try {
      event(one);
    } catch (error) {
      reportError(error);
    }
  }

  function stop() {
    clearTimeout(timer);
    abort?.abort();
    abort = null;
  }

  function shown() {
    if (document.hidden) {
      stop();
      state("waits");
    } else {
      run();
    }
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
