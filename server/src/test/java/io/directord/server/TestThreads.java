package io.directord.server;

import io.directord.common.loop.Loop;
import io.directord.common.loop.LoopThread;
import io.directord.server.link.Threads;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Starts threads for a test, and notes those that run and why others died. */
public final class TestThreads implements Threads {
  private final List<Throwable> deaths = new CopyOnWriteArrayList<>();
  private final List<String> running = new CopyOnWriteArrayList<>();

  @Override
  public LoopThread start(String name, Loop loop) {
    running.add(name);
    return LoopThread.start(name, new Noted(name, loop), this::died);
  }

  @Override
  public void died(String thread, Throwable why) {
    deaths.add(why);
  }

  public List<Throwable> deaths() {
    return deaths;
  }

  /** Names of those whose loops have not ended. */
  public List<String> running() {
    return running;
  }

  private final class Noted implements Loop {
    private final String name;
    private final Loop loop;

    Noted(String name, Loop loop) {
      this.name = name;
      this.loop = loop;
    }

    @Override
    public boolean turn() throws IOException, InterruptedException {
      return loop.turn();
    }

    @Override
    public void stop() {
      loop.stop();
    }

    @Override
    public void end() {
      loop.end();
      running.remove(name);
    }
  }
}
