package io.directord.bench.crowd;

import io.directord.common.wire.BadMessageException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;

/** The simulated nodes of a process, on one thread. */
final class NodeGroup implements Runnable {
  private static final int TICK_MILLIS = 100;
  private static final int READ_BYTES = 1 << 16;

  private final List<SimulatedNode> nodes = new ArrayList<>();
  private final ByteBuffer shared = ByteBuffer.allocateDirect(READ_BYTES);

  NodeGroup(Lines lines, String driver, int first, int count) {
    for (int node = first; node < first + count; node++) {
      nodes.add(new SimulatedNode(lines, driver, "sim-" + node));
    }
  }

  /** Runs until the process ends. */
  @Override
  public void run() {
    try (Selector selector = Selector.open()) {
      while (true) {
        tick(selector);
        long end = System.nanoTime() + TICK_MILLIS * 1_000_000L;
        for (long left = TICK_MILLIS; left > 0; left = (end - System.nanoTime()) / 1_000_000) {
          selector.select(this::proceed, left);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void tick(Selector selector) throws IOException {
    for (SimulatedNode node : nodes) {
      node.tick(selector, System.nanoTime());
    }
  }

  private void proceed(SelectionKey ready) {
    try {
      ((SimulatedNode) ready.attachment()).proceed(shared, System.nanoTime());
    } catch (BadMessageException e) {
      throw new IllegalStateException(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
