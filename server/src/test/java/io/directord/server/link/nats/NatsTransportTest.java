package io.directord.server.link.nats;

import io.directord.common.config.Setting;
import io.directord.common.config.Settings;
import io.directord.common.security.CurveKeyPair;
import io.directord.nats.BrokerProcess;
import io.directord.nats.Subjects;
import io.directord.server.link.Credential;
import io.directord.server.link.LinkSecurity;
import io.directord.server.link.NoIntakes;
import io.directord.server.link.NoRequests;
import io.directord.server.link.Transport;
import io.directord.server.link.TransportContract;
import io.directord.server.link.TransportProvider;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class NatsTransportTest extends TransportContract {
  private static BrokerProcess broker;

  private final CurveKeyPair serverKeys = CurveKeyPair.generate();
  private final CurveKeyPair nextKeys = CurveKeyPair.generate();

  /** By which nodes know the server. */
  private CurveKeyPair known = serverKeys;

  @BeforeAll
  static void startBroker() {
    broker = BrokerProcess.start();
  }

  @AfterAll
  static void endBroker() {
    if (broker != null) {
      broker.close();
    }
  }

  @Override
  protected List<Setting<Integer>> ports() {
    return List.of();
  }

  @Override
  protected Map<Setting<?>, String> others() {
    return Map.of(Settings.NATS_SERVER, broker.url());
  }

  @Override
  protected Transport open(Settings settings, TransportProvider.Context context)
      throws IOException {
    return NatsTransport.open(
        settings,
        context,
        new LinkSecurity.Shared(serverKeys, nextKeys),
        new NoRequests(),
        new NoIntakes());
  }

  /** While the shared key is changed. */
  @Test
  void nodesMayKnowTheServerByEitherOfItsKeys() {
    joined("a").close();
    known = nextKeys;
    joined("b").close();
  }

  @Override
  protected Peer connect(String identity, Settings settings) {
    return node(identity, settings, true);
  }

  @Override
  protected Peer connectWithoutReading(String identity, Settings settings) {
    return node(identity, settings, false);
  }

  private Peer node(String identity, Settings settings, boolean reads) {
    return new FakeNatsNode(
        identity,
        broker.url(),
        new Subjects(settings.get(Settings.NATS_PREFIX)),
        known.publicKey(),
        CurveKeyPair.generate(),
        reads);
  }

  @Override
  protected Class<? extends Credential> credential() {
    return Credential.NodeKey.class;
  }
}
