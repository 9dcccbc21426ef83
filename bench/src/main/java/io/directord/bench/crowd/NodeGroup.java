package io.directord.bench.crowd;

import io.directord.common.wire.BadMessageException;
import java.util.ArrayList;
import java.util.List;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;

/** Some hundred simulated nodes on one thread, with a ZeroMQ context of their own. */
final class NodeGroup implements Runnable {
  /** A context of JeroMQ has room for 1023 sockets. */
  static final int MAX_NODES = 500;

  private static final int TICK_MILLIS = 200;

  private final ZContext context = new ZContext(1);
  private final List<SimulatedNode> nodes = new ArrayList<>();
  private final List<SimulatedNode> polled = new ArrayList<>();
  private ZMQ.Poller poller = context.createPoller(1);

  NodeGroup(String endpoint, byte[] serverKey, int first, int count) {
    for (int node = first; node < first + count; node++) {
      nodes.add(new SimulatedNode(context, endpoint, serverKey, "sim-" + node));
    }
  }

  /** Runs until the process ends. */
  @Override
  public void run() {
    try {
      long ticked = System.nanoTime();
      tick(ticked);
      watch();
      while (true) {
        poller.poll(TICK_MILLIS);
        boolean changed = receive(System.nanoTime());
        if (changed || System.nanoTime() - ticked > TICK_MILLIS * 1_000_000L) {
          ticked = System.nanoTime();
          changed |= tick(ticked);
        }
        if (changed) {
          watch();
        }
      }
    } catch (BadMessageException e) {
      throw new IllegalStateException(e);
    }
  }

  private boolean receive(long now) throws BadMessageException {
    boolean changed = false;
    for (int i = 0; i < polled.size(); i++) {
      if (poller.pollin(i)) {
        changed |= polled.get(i).receive(now);
      }
    }
    return changed;
  }

  private boolean tick(long now) {
    boolean changed = false;
    for (SimulatedNode node : nodes) {
      changed |= node.tick(now);
    }
    return changed;
  }

  private void watch() {
    poller.close();
    polled.clear();
    poller = context.createPoller(nodes.size());
    for (SimulatedNode node : nodes) {
      if (node.socket() != null) {
        poller.register(node.socket(), ZMQ.Poller.POLLIN);
        polled.add(node);
      }
    }
  }
}
