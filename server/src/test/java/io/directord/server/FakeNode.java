package io.directord.server;

import static org.awaitility.Awaitility.await;

import io.directord.common.job.NodeResult;
import io.directord.common.job.Outcome;
import io.directord.common.security.CurveKeyPair;
import io.directord.common.security.JoinProof;
import io.directord.common.wire.BadMessageException;
import io.directord.common.wire.ClientFacts;
import io.directord.common.wire.ConnectionNotice;
import io.directord.common.wire.Frames;
import io.directord.common.wire.Heartbeat;
import io.directord.common.wire.JournalState;
import io.directord.common.wire.NodeCodec;
import io.directord.common.wire.NodeMessage;
import io.directord.common.wire.NodeTrouble;
import io.directord.common.wire.ServerCodec;
import io.directord.common.wire.ServerMessage;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;

/** A node that speaks the wire, over a socket or directly, and does as a test tells it. */
public final class FakeNode implements AutoCloseable {
  private volatile String identity;
  private final ZContext context;
  private final ZMQ.Socket socket;
  private final Line line;
  private final Queue<List<byte[]>> outgoing = new ConcurrentLinkedQueue<>();
  private final List<ServerMessage> received = new CopyOnWriteArrayList<>();
  private final UUID session = UUID.randomUUID();
  private final Thread thread = new Thread(this::loop);
  private String machineId;
  private String version = "1.0";
  private int protocol = Heartbeat.PROTOCOL;
  private Set<String> capabilities = Set.of();
  private volatile Function<ServerMessage.Run, NodeResult> answers = run -> null;
  private volatile boolean helloSeen;
  private volatile boolean closing;
  private volatile JournalState journal = JournalState.UNKNOWN;
  private volatile NodeTrouble trouble;
  private volatile JoinProof proof;

  /** A connection without a socket. */
  interface Line {
    void send(List<byte[]> frames);

    void close();
  }

  FakeNode(String identity, String key, DirectLink link) {
    this.identity = identity;
    this.machineId = "machine-of-" + identity;
    this.context = null;
    this.socket = null;
    this.line = link.connect(this, key);
  }

  /** What a test gives it; null server key for an insecure link. */
  public FakeNode(String identity, int port, byte[] serverKey, CurveKeyPair keys) {
    this.identity = identity;
    this.machineId = "machine-of-" + identity;
    this.line = null;
    this.context = new ZContext(1);
    this.socket = context.createSocket(SocketType.DEALER);
    socket.setLinger(0);
    socket.setRcvHWM(0);
    socket.setSndHWM(0);
    // JeroMQ now and then forgets to begin a handshake; then it shall try again soon.
    socket.setHandshakeIvl(500);
    socket.setReceiveTimeOut(2);
    // A connection that was refused takes nothing any more, and would have the sender wait for
    // ever.
    socket.setSendTimeOut(1000);
    if (serverKey != null) {
      socket.setCurveServerKey(serverKey);
      socket.setCurvePublicKey(keys.publicKey());
      socket.setCurveSecretKey(keys.secretKey());
    }
    socket.connect("tcp://127.0.0.1:" + port);
    thread.setDaemon(true);
    thread.start();
  }

  /** As its next heartbeats say. */
  public FakeNode identity(String name) {
    identity = name;
    return this;
  }

  public FakeNode machineId(String id) {
    machineId = id;
    return this;
  }

  /** Answers every job by itself; null for no answer. */
  public FakeNode answering(Function<ServerMessage.Run, NodeResult> function) {
    answers = function;
    return this;
  }

  /** Succeeds at everything. */
  public FakeNode succeeding() {
    return answering(run -> success(run.job().id(), "done"));
  }

  /** As its next heartbeats say. */
  public FakeNode client(String newVersion, int newProtocol, String... newCapabilities) {
    version = newVersion;
    protocol = newProtocol;
    capabilities = Set.of(newCapabilities);
    return this;
  }

  /** As its next heartbeats say. */
  public FakeNode journal(UUID id) {
    return journal(id, 0);
  }

  /** As its next heartbeats say. */
  public FakeNode journal(UUID id, Number steps) {
    journal = new JournalState(id, steps == null ? null : steps.longValue());
    return this;
  }

  /** As its next heartbeats say; null for none. */
  public FakeNode trouble(NodeTrouble now) {
    trouble = now;
    return this;
  }

  /** As its next heartbeats say; null for none. */
  public FakeNode proof(JoinProof now) {
    proof = now;
    return this;
  }

  public FakeNode heartbeat() {
    return send(
        new Heartbeat(
            identity,
            new ClientFacts(
                version,
                Duration.ofHours(1),
                Duration.ofMinutes(1),
                machineId,
                "zeromq",
                trouble,
                proof),
            protocol,
            session,
            capabilities,
            journal));
  }

  /** Says who it is, and waits for the welcome. */
  public FakeNode join() {
    int before = all(ServerMessage.Welcome.class).size();
    heartbeat();
    await().until(() -> all(ServerMessage.Welcome.class).size() > before);
    return this;
  }

  public FakeNode send(NodeMessage message) {
    return sendRaw(NodeCodec.encode(message).toBytes());
  }

  public FakeNode sendRaw(List<byte[]> frames) {
    if (line == null) {
      outgoing.add(frames);
    } else {
      line.send(frames);
    }
    return this;
  }

  public FakeNode answer(NodeResult result) {
    return send(new NodeMessage.Ended("RUN", result));
  }

  public boolean helloSeen() {
    return helloSeen;
  }

  public <T extends ServerMessage> List<T> all(Class<T> type) {
    return received.stream().filter(type::isInstance).map(type::cast).toList();
  }

  /** Jobs in the order in which they came, again if they came again. */
  public List<UUID> jobs() {
    return all(ServerMessage.Run.class).stream().map(run -> run.job().id()).toList();
  }

  public List<UUID> durable() {
    return all(ServerMessage.Durable.class).stream().flatMap(m -> m.jobIds().stream()).toList();
  }

  public List<UUID> cancelled() {
    return all(ServerMessage.Cancel.class).stream()
        .flatMap(m -> m.jobs().keySet().stream())
        .toList();
  }

  /** What the server answered to what this node said it has, one list an answer. */
  public List<List<UUID>> dropped() {
    return all(ServerMessage.Drop.class).stream().map(ServerMessage.Drop::jobIds).toList();
  }

  public static NodeResult success(UUID job, String stdout) {
    return new NodeResult(
        job,
        new Outcome.Succeeded("ok"),
        stdout,
        "",
        Duration.ofMillis(5),
        Instant.parse("2026-01-01T00:00:00Z"),
        Instant.parse("2026-01-01T00:00:01Z"));
  }

  public static NodeResult failure(UUID job) {
    return NodeResult.withoutRun(
        job,
        new Outcome.Failed(Outcome.Reason.ERROR, "exit status 1"),
        Instant.parse("2026-01-01T00:00:01Z"));
  }

  /** Ends the connection; may be called again. */
  @Override
  public void close() {
    if (closing) {
      return;
    }
    closing = true;
    if (line != null) {
      line.close();
      return;
    }
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    context.close();
  }

  private void loop() {
    while (!closing) {
      for (List<byte[]> next = outgoing.poll(); next != null; next = outgoing.poll()) {
        for (int i = 0; i < next.size(); i++) {
          socket.send(next.get(i), i < next.size() - 1 ? ZMQ.SNDMORE : 0);
        }
      }
      receive();
    }
  }

  private void receive() {
    List<byte[]> frames = new ArrayList<>();
    for (byte[] frame = socket.recv(); frame != null; ) {
      frames.add(frame);
      frame = socket.hasReceiveMore() ? socket.recv() : null;
    }
    if (frames.isEmpty()) {
      return;
    }
    if (Arrays.equals(frames.get(0), ConnectionNotice.HELLO)) {
      helloSeen = true;
      return;
    }
    take(frames);
  }

  /** The server has said something. */
  void take(List<byte[]> frames) {
    try {
      ServerMessage message = ServerCodec.decode(Frames.of(frames));
      received.add(message);
      if (message instanceof ServerMessage.Run run) {
        NodeResult result = answers.apply(run);
        if (result != null) {
          answer(result);
        }
      }
    } catch (BadMessageException e) {
      throw new AssertionError(e);
    }
  }
}
