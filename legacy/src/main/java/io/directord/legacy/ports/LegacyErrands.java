package io.directord.legacy.ports;

import io.directord.common.job.Job;
import io.directord.common.wire.NodeMessage;
import io.directord.server.link.zeromq.ZeroMqAddress;
import io.directord.verbs.builtin.QueryComponent;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import tools.jackson.databind.node.ObjectNode;

/** The callbacks of one client, see {@link LegacyCallbacks}. */
final class LegacyErrands {
  private static final int REMEMBERED = 1000;

  private final String identity;
  private final Outlet outlet;
  private final Set<UUID> made = Collections.newSetFromMap(last(REMEMBERED));

  LegacyErrands(String identity, Outlet outlet) {
    this.identity = identity;
    this.outlet = outlet;
  }

  /** A map that keeps the newest entries, up to a number. */
  static <V> Map<UUID, V> last(int max) {
    return new LinkedHashMap<>() {
      private static final long serialVersionUID = 1;

      @Override
      protected boolean removeEldestEntry(Map.Entry<UUID, V> eldest) {
        return size() > max;
      }
    };
  }

  /** Whether the job of that id was sent to the client as a callback. */
  boolean made(UUID id) {
    return made.contains(id);
  }

  /**
   * Handles a message that may request a callback.
   *
   * @param running null if the job is given up already
   * @param job null if it is not known
   */
  void serve(ZeroMqAddress peer, LegacyJob running, Job job, LegacyMessage message) {
    ObjectNode data = message.json();
    if (!data.has("new_tasks")) {
      return;
    }
    List<LegacyMessage> asked = job == null ? List.of() : LegacyCallbacks.asked(job, data);
    asked.forEach(task -> send(peer, task));
    boolean query = job != null && job.verb().equals(QueryComponent.VERB);
    LegacyMessage wait = query ? LegacyCallbacks.queryWait(job, data, identity) : null;
    if (wait != null && running != null) {
      running.waits(LegacyResults.text(message.stdout()), wait);
      tellThatItWaits(peer, running);
    } else if (wait != null) {
      send(peer, wait);
    } else if (asked.isEmpty()) {
      outlet.warn(identity, "asked for a job that its own job does not imply: ignored");
    }
  }

  /**
   * Tells the dispatcher that the job waits, if it is a QUERY that needs answers of other nodes.
   */
  void tellThatItWaits(ZeroMqAddress peer, LegacyJob query) {
    if (query.answer() != null) {
      Job job = query.job();
      outlet.tell(peer, new NodeMessage.Waiting(job.id(), job.verb(), query.answer()));
    }
  }

  /**
   * Ends the wait of a QUERY.
   *
   * @param failure why there are no answers; null if the client has them
   */
  void resume(ZeroMqAddress peer, LegacyJob query, String failure) {
    if (query.answer() != null) {
      send(peer, query.resume(failure));
    }
  }

  private void send(ZeroMqAddress peer, LegacyMessage task) {
    made.add(UUID.fromString(task.json().path("job_id").asString()));
    outlet.send(peer, task);
  }
}
