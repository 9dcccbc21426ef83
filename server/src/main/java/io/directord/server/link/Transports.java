package io.directord.server.link;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** All transports as one: every message goes to the transport of its peer. */
public final class Transports implements MessageSender {

  @Override
  public void send(List<AddressedMessage> messages) {
    Map<MessageSender, List<AddressedMessage>> bySender = new LinkedHashMap<>();
    for (AddressedMessage message : messages) {
      bySender.computeIfAbsent(message.to().sender(), sender -> new ArrayList<>()).add(message);
    }
    bySender.forEach(MessageSender::send);
  }
}
