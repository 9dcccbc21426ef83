package io.directord.server.link.zeromq;

import io.directord.common.loop.Loop;
import io.directord.common.loop.LoopThread;
import io.directord.common.wire.ConnectionNotice;
import io.directord.server.link.Threads;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;

/**
 * A port from when it is bound until it is closed, and the loop of its thread: waits until there is
 * something to do, and has it done turn by turn. What is done is each socket's {@link Work}.
 */
public final class RouterLoop implements AutoCloseable {
  /**
   * Timeout of the first message: nodes send one as soon as they have joined, and give up earlier
   * if they cannot.
   */
  public static final Duration SILENCE = Duration.ofMinutes(2);

  /** Number of checks for silent connections within their timeout. */
  private static final int LOOKS = 10;

  private final String name;
  private final RouterSocket router;
  private final Gatekeeper gatekeeper;
  private final SilentLines lines;
  private final int tickMillis;
  private LoopThread thread;

  /** The work of a socket, all on the socket's thread. */
  public interface Work {

    /** Maximum messages received in one turn, before other work. */
    int batch();

    /** Milliseconds until the next turn without messages. */
    default int timeout() {
      return Integer.MAX_VALUE;
    }

    /**
     * A turn begins.
     *
     * @return whether messages may be received in it
     */
    default boolean begin() {
      return true;
    }

    /** Whether another message may be received in this turn. */
    default boolean wants() {
      return true;
    }

    /** A message of an admitted peer. */
    void receive(RouterSocket.Incoming message);

    /** The connection of that routing id is lost. */
    default void gone(byte[] routingId) {}

    /** The turn ends. */
    default void end() {}
  }

  /**
   * @param name of the port, for people
   * @param router not bound yet
   * @param gatekeeper null if every peer is admitted
   * @param silence timeout of connections without any message
   * @param limits of connections
   */
  public RouterLoop(
      String name,
      RouterSocket router,
      Gatekeeper gatekeeper,
      Duration silence,
      SilentLines.Limits limits) {
    this.name = name;
    this.router = router;
    this.gatekeeper = gatekeeper;
    this.lines = new SilentLines(name, silence, limits, router, gatekeeper);
    this.tickMillis = (int) silence.toMillis() / LOOKS;
    router.watch(lines);
    if (gatekeeper != null) {
      router.alsoAwait(gatekeeper.socket());
    }
  }

  /** Starts the socket's thread, which has the port's name. */
  public void start(Work work, Threads threads) {
    thread = threads.start(name.replace(' ', '-'), new Turns(work));
  }

  /** Each ends with what the work has to say; the last one too. */
  private final class Turns implements Loop {
    private final Work work;
    private volatile boolean stopping;

    Turns(Work work) {
      this.work = work;
    }

    @Override
    public boolean turn() throws IOException {
      router.await(Math.min(work.timeout(), tickMillis));
      if (gatekeeper != null) {
        gatekeeper.answer();
      }
      if (work.begin()) {
        receiveSome(work);
      }
      work.end();
      lines.end();
      return !stopping;
    }

    @Override
    public void stop() {
      stopping = true;
      router.wake();
    }

    @Override
    public void end() {
      router.close();
    }
  }

  private void receiveSome(Work work) {
    int batch = work.batch();
    for (int i = 0; i < batch; i++) {
      if (!work.wants()) {
        return;
      }
      RouterSocket.Incoming message = router.receive();
      if (message == null) {
        return;
      }
      if (message.metadata() != null) {
        lines.heard(message.metadata());
        work.receive(message);
      } else if (Arrays.equals(message.frames().get(0), ConnectionNotice.GONE)) {
        work.gone(message.routingId());
      }
    }
    router.wake();
  }

  /** Gives the port back, after a last turn if a thread serves it. */
  @Override
  public void close() {
    if (thread == null) {
      router.close();
    } else {
      thread.close();
    }
  }
}
