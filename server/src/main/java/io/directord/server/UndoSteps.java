package io.directord.server;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.Deque;

/** How what was started is ended: step by step, the last one first. Thread-safe. */
final class UndoSteps {
  private static final System.Logger LOG = System.getLogger(UndoSteps.class.getName());

  private final Deque<Step> steps = new ArrayDeque<>();

  /** One of them; what it throws is logged, and the next one follows. */
  interface Step {
    void run() throws IOException;
  }

  synchronized void push(Step step) {
    steps.push(step);
  }

  /** Takes the last one back. */
  synchronized void pop() {
    steps.pop();
  }

  /** Runs all that were not run yet. */
  synchronized void run() {
    while (!steps.isEmpty()) {
      Step step = steps.pop();
      try {
        step.run();
      } catch (IOException | RuntimeException e) {
        LOG.log(Level.WARNING, "while ending: {0}", e.toString());
      }
    }
  }
}
