package io.directord.client;

import io.directord.common.security.CurveKeyPair;
import io.directord.common.security.SharedKey;
import io.directord.common.wire.ConnectionNotice;
import io.directord.common.wire.Frames;
import io.directord.common.wire.Heartbeat;
import io.directord.common.wire.NodeCodec;
import io.directord.common.wire.NodeMessage;
import io.directord.common.wire.ServerCodec;
import io.directord.common.wire.ServerMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;

/** A server's job port for tests: welcomes whoever comes, and says nothing else by itself. */
public final class TestServer implements AutoCloseable {
  public static final String KEY = "a test's shared key";
  private static final CurveKeyPair KEYS = SharedKey.serverKeys(KEY);

  public final List<NodeMessage> received = new CopyOnWriteArrayList<>();
  public volatile boolean welcomes = true;
  public volatile String refuses;
  public volatile boolean confirms;
  public volatile boolean settles = true;
  public volatile List<UUID> drops = List.of();
  public volatile int contentPort = 1;
  public volatile Duration interval = Duration.ofSeconds(60);
  private final Queue<ServerMessage> toSend = new ConcurrentLinkedQueue<>();
  private final ZContext context = new ZContext(1);
  private final Thread thread = new Thread(this::run, "test-server");
  private final ZMQ.Socket socket;
  private final int port;
  private volatile byte[] peer;
  private volatile boolean stopping;

  public TestServer() {
    this(0);
  }

  public TestServer(int wantedPort) {
    this(wantedPort, KEYS);
  }

  public TestServer(int wantedPort, CurveKeyPair keys) {
    socket = bound(context.createSocket(SocketType.ROUTER), wantedPort, keys);
    String endpoint = socket.getLastEndpoint();
    port = Integer.parseInt(endpoint.substring(endpoint.lastIndexOf(':') + 1));
    thread.start();
  }

  private static ZMQ.Socket bound(ZMQ.Socket socket, int wantedPort, CurveKeyPair keys) {
    socket.setHelloMsg(ConnectionNotice.HELLO);
    socket.setCurveServer(true);
    socket.setCurvePublicKey(keys.publicKey());
    socket.setCurveSecretKey(keys.secretKey());
    socket.setRcvHWM(0);
    socket.setSndHWM(0);
    socket.bind("tcp://127.0.0.1:" + (wantedPort == 0 ? "*" : wantedPort));
    return socket;
  }

  public int port() {
    return port;
  }

  public void send(ServerMessage message) {
    toSend.add(message);
  }

  public <T extends NodeMessage> List<T> received(Class<T> type) {
    return received.stream().filter(type::isInstance).map(type::cast).toList();
  }

  private void run() {
    ZMQ.Poller poller = context.createPoller(1);
    poller.register(socket, ZMQ.Poller.POLLIN);
    while (!stopping) {
      poller.poll(5);
      for (byte[] id = socket.recv(ZMQ.DONTWAIT); id != null; id = socket.recv(ZMQ.DONTWAIT)) {
        List<byte[]> frames = new ArrayList<>();
        while (socket.hasReceiveMore()) {
          frames.add(socket.recv());
        }
        accept(id, frames);
      }
      while (peer != null && !toSend.isEmpty()) {
        sendTo(peer, toSend.poll());
      }
    }
    poller.close();
    socket.close();
  }

  private void accept(byte[] id, List<byte[]> frames) {
    NodeMessage message;
    try {
      message = NodeCodec.decode(Frames.of(frames));
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
    if (message instanceof Heartbeat beat) {
      if (refuses != null) {
        sendTo(id, new ServerMessage.Refused(refuses));
      } else if (welcomes) {
        sendTo(id, new ServerMessage.Welcome("test", interval, contentPort, List.of()));
        sendTo(id, new ServerMessage.Heard(beat.agentUptime()));
        peer = id;
      }
    } else if (message instanceof NodeMessage.Holding holding && settles) {
      sendTo(id, new ServerMessage.Drop(drops, List.of(), holding.number()));
    } else if (message instanceof NodeMessage.RoomWanted wanted && wanted.bytes() > 0) {
      sendTo(id, new ServerMessage.RoomGranted(wanted.bytes()));
    } else if (message instanceof NodeMessage.Ended ended && confirms) {
      sendTo(id, new ServerMessage.Durable(List.of(ended.result().jobId())));
    }
    received.add(message);
  }

  private void sendTo(byte[] id, ServerMessage message) {
    socket.sendMore(id);
    List<byte[]> frames = ServerCodec.encode(message).toBytes();
    for (int i = 0; i < frames.size(); i++) {
      socket.send(frames.get(i), i < frames.size() - 1 ? ZMQ.SNDMORE : 0);
    }
  }

  /** Ends it as a crash would: nothing is said to the peers. */
  @Override
  public void close() {
    stopping = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    context.close();
  }
}
