package io.directord.server.link;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** All transports as one link: every message goes to the one that its peer is on. */
public final class Transports implements MessageSender {

  @Override
  public void send(List<Outgoing> messages) {
    Map<MessageSender, List<Outgoing>> bySender = new LinkedHashMap<>();
    for (Outgoing message : messages) {
      bySender.computeIfAbsent(message.to().sender(), sender -> new ArrayList<>()).add(message);
    }
    bySender.forEach(MessageSender::send);
  }
}
