package io.directord.client.link;

import io.directord.common.wire.NodeMessage;
import io.directord.common.wire.WireCodec;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Predicate;

/**
 * What jobs say that wait for the server's word: said once on every connection for as long as they
 * wait. Filled by the threads of jobs, emptied by the link's thread.
 */
final class Waits {
  private final Map<UUID, NodeMessage.Waiting> waiting = new ConcurrentHashMap<>();
  private final Queue<NodeMessage.Waiting> unsaid = new ConcurrentLinkedQueue<>();

  void add(NodeMessage.Waiting message) {
    waiting.put(message.jobId(), message);
    unsaid.add(message);
  }

  /** The job waits no more. */
  void remove(UUID job) {
    waiting.remove(job);
  }

  /** What was said on another connection may not have arrived. */
  void again() {
    unsaid.clear();
    unsaid.addAll(waiting.values());
  }

  /** Whether all has been handed to the network. */
  boolean send(Predicate<List<byte[]>> sender) {
    for (var next = unsaid.peek(); next != null; next = unsaid.peek()) {
      boolean wanted = waiting.containsKey(next.jobId());
      if (wanted && !sender.test(WireCodec.encode(next).toBytes())) {
        return false;
      }
      unsaid.remove();
    }
    return true;
  }
}
