package io.directord.server.link;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** All transports as one link: every message goes to the one that its peer is on. */
public final class Transports implements JobLink {

  @Override
  public void send(List<Outgoing> messages) {
    Map<JobLink, List<Outgoing>> byLink = new LinkedHashMap<>();
    for (Outgoing message : messages) {
      byLink.computeIfAbsent(message.peer().link(), link -> new ArrayList<>()).add(message);
    }
    byLink.forEach(JobLink::send);
  }
}
