package io.directord.client.execution;

import io.directord.common.wire.NodeMessage.Stream;

/** Is given a job's output as it is read, on the thread that reads it; must not block for long. */
@FunctionalInterface
public interface OutputListener {
  /** The bytes are the listener's. */
  void output(Stream stream, byte[] bytes);
}
