package io.directord.server.dispatch;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.directord.common.wire.ServerMessage;
import io.directord.server.TestAddress;
import io.directord.server.TestServer;
import io.directord.server.link.AddressedMessage;
import io.directord.server.link.Credential;
import io.directord.server.link.Envelope;
import io.directord.server.link.NodeAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class OutboxTest {
  private final List<ServerMessage> sent = new ArrayList<>();
  private final Outbox outbox =
      new Outbox(all -> all.forEach(one -> sent.add(one.message().message())), System::nanoTime);
  private final NodeAddress node = new TestAddress(null, new Credential.NodeKey("a"));

  @Test
  void whatIsCancelledReachesANodeBeforeWhatComesBehindIt() {
    UUID first = UUID.randomUUID();
    UUID second = UUID.randomUUID();
    UUID parent = UUID.randomUUID();
    ServerMessage.Run later = new ServerMessage.Run(TestServer.job(parent), List.of());

    send(new ServerMessage.Cancel(Map.of(first, parent)));
    send(new ServerMessage.Cancel(Map.of(second, parent)));
    send(later);
    outbox.flush();

    assertEquals(
        List.of(new ServerMessage.Cancel(Map.of(first, parent, second, parent)), later), sent);
  }

  private void send(ServerMessage message) {
    outbox.send(new AddressedMessage(node, new Envelope(message), false));
  }
}
