package io.directord.server.dispatch;

import io.directord.common.api.Event;
import io.directord.common.api.NodeOutcome;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** What a follower in a {@link CoreSimulation} was told. */
final class ToldFollower {
  final Set<UUID> parents;
  final Map<String, NodeOutcome> results = new HashMap<>();
  final List<UUID> ended = new ArrayList<>();

  ToldFollower(Set<UUID> parents) {
    this.parents = parents;
  }

  void tell(Event event) {
    if (event instanceof Event.NodeAnswered answered) {
      results.put(answered.jobId() + answered.outcome().node(), answered.outcome());
    } else if (event instanceof Event.JobEnded end) {
      ended.add(end.job().id());
    }
  }
}
