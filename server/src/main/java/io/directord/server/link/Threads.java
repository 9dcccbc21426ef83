package io.directord.server.link;

/** Starts the threads of a server. One that dies ends the server, which says why. */
public interface Threads {

  /** Starts a thread of that name. */
  Thread start(String name, Runnable work);

  /** Notes why the server cannot go on; the first reason counts. Any thread may call it. */
  void died(String thread, Throwable why);

  /** Waits until the thread has ended, for ten seconds at most. */
  void join(Thread thread);
}
