package io.directord.server.link.zeromq;

import io.directord.common.config.Setting;
import io.directord.common.config.Settings;
import io.directord.common.security.CurveKeyPair;
import io.directord.common.wire.ClientFacts;
import io.directord.common.wire.Heartbeat;
import io.directord.common.wire.JournalState;
import io.directord.common.wire.NodeCodec;
import io.directord.server.FakeNode;
import io.directord.server.link.Credential;
import io.directord.server.link.LinkSecurity;
import io.directord.server.link.NoIntakes;
import io.directord.server.link.NoRequests;
import io.directord.server.link.Transport;
import io.directord.server.link.TransportContract;
import io.directord.server.link.TransportProvider;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;

class ZeroMqTransportTest extends TransportContract {
  private final CurveKeyPair serverKeys = CurveKeyPair.generate();

  @Override
  protected List<Setting<Integer>> ports() {
    return List.of(Settings.JOB_PORT, Settings.BACKEND_PORT);
  }

  @Override
  protected Transport open(Settings settings, TransportProvider.Context context)
      throws IOException {
    return ZeroMqTransport.open(
        settings,
        context,
        new LinkSecurity.Shared(serverKeys, null),
        new NoRequests(),
        new NoIntakes());
  }

  @Override
  protected Class<? extends Credential> credential() {
    return Credential.NodeKey.class;
  }

  @Override
  protected Peer connect(String identity, Settings settings) {
    FakeNode node =
        new FakeNode(
            identity,
            settings.get(Settings.JOB_PORT),
            serverKeys.publicKey(),
            CurveKeyPair.generate());
    return new Peer() {
      @Override
      public void say(String machine) {
        node.machineId(machine).heartbeat();
      }

      @Override
      public List<UUID> jobs() {
        return node.jobs();
      }

      @Override
      public void close() {
        node.close();
      }
    };
  }

  @Override
  protected Peer connectWithoutReading(String identity, Settings settings) {
    ZContext context = new ZContext(1);
    ZMQ.Socket socket = context.createSocket(SocketType.DEALER);
    CurveKeyPair keys = CurveKeyPair.generate();
    socket.setLinger(0);
    socket.setRcvHWM(1);
    socket.setReceiveBufferSize(1 << 12);
    socket.setCurveServerKey(serverKeys.publicKey());
    socket.setCurvePublicKey(keys.publicKey());
    socket.setCurveSecretKey(keys.secretKey());
    socket.connect("tcp://127.0.0.1:" + settings.get(Settings.JOB_PORT));
    return new Peer() {
      @Override
      public void say(String machine) {
        Heartbeat beat =
            new Heartbeat(
                identity,
                new ClientFacts(
                    "1.0", Duration.ofHours(1), Duration.ofMinutes(1), machine, "zeromq"),
                Heartbeat.PROTOCOL,
                UUID.randomUUID(),
                Set.of(),
                JournalState.UNKNOWN);
        List<byte[]> frames = NodeCodec.encode(beat).toBytes();
        for (int i = 0; i < frames.size(); i++) {
          socket.send(frames.get(i), i < frames.size() - 1 ? ZMQ.SNDMORE : 0);
        }
      }

      @Override
      public List<UUID> jobs() {
        return List.of();
      }

      @Override
      public void close() {
        context.close();
      }
    };
  }
}
