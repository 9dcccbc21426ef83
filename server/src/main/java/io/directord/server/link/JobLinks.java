package io.directord.server.link;

import java.util.ArrayList;
import java.util.List;

/** Two links as one: every message goes to the one that its peer is on. */
public final class JobLinks implements JobLink {
  private final JobLink natives;
  private final JobLink legacy;

  public JobLinks(JobLink natives, JobLink legacy) {
    this.natives = natives;
    this.legacy = legacy;
  }

  @Override
  public void send(List<Outgoing> messages) {
    List<Outgoing> toNatives = new ArrayList<>(messages.size());
    List<Outgoing> toLegacy = new ArrayList<>();
    for (Outgoing message : messages) {
      (message.peer().isLegacy() ? toLegacy : toNatives).add(message);
    }
    if (!toNatives.isEmpty()) {
      natives.send(toNatives);
    }
    if (!toLegacy.isEmpty()) {
      legacy.send(toLegacy);
    }
  }
}
