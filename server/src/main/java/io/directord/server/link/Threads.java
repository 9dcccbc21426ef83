package io.directord.server.link;

import io.directord.common.loop.Loop;
import io.directord.common.loop.LoopThread;

/** Starts the threads of a server. The death of one ends the server, with the reason. */
public interface Threads {

  /** Starts a thread of that name, which whoever starts it closes. */
  LoopThread start(String name, Loop loop);

  /** Notes why the server has failed; the first reason counts. Any thread may call it. */
  void died(String thread, Throwable why);
}
