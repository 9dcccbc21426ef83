package io.directord.system;

import static io.directord.system.Jobs.awaiting;

import io.directord.common.job.Job;
import io.directord.common.security.CurveKeyPair;
import io.directord.common.wire.BadMessageException;
import io.directord.common.wire.ClientFacts;
import io.directord.common.wire.ContentCodec;
import io.directord.common.wire.ContentMessage;
import io.directord.common.wire.Frames;
import io.directord.common.wire.Heartbeat;
import io.directord.common.wire.JournalState;
import io.directord.common.wire.NodeCodec;
import io.directord.common.wire.NodeMessage;
import io.directord.common.wire.ServerCodec;
import io.directord.common.wire.ServerMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;

/** A node that has the shared key and says whatever a test wants. */
final class RawNode implements AutoCloseable {
  private final ZContext context = new ZContext(1);
  private final Queue<List<byte[]>> outgoing = new ConcurrentLinkedQueue<>();
  private final List<ServerMessage> received = new CopyOnWriteArrayList<>();
  private volatile boolean closing;
  private final Thread loop;

  RawNode(int jobPort, byte[] serverKey) {
    ZMQ.Socket socket = socket();
    CurveKeyPair keys = CurveKeyPair.generate();
    socket.setCurveServerKey(serverKey);
    socket.setCurvePublicKey(keys.publicKey());
    socket.setCurveSecretKey(keys.secretKey());
    socket.connect("tcp://127.0.0.1:" + jobPort);
    loop = new Thread(() -> loop(socket), "raw-node");
    loop.setDaemon(true);
    loop.start();
  }

  /** Says who it is, and waits for the answer. */
  ServerMessage introduce(String identity) {
    int before = received.size();
    send(
        new Heartbeat(
            identity,
            new ClientFacts(
                "1.0", Duration.ofHours(1), Duration.ofMinutes(1), "machine-" + identity, "zeromq"),
            Heartbeat.PROTOCOL,
            UUID.randomUUID(),
            Set.of(),
            JournalState.UNKNOWN));
    awaiting("the server answers").until(() -> received.size() > before);
    return received.get(before);
  }

  void send(NodeMessage message) {
    outgoing.add(NodeCodec.encode(message).toBytes());
  }

  /** The job as it came. */
  ServerMessage.Run awaitRun(UUID job) {
    awaiting("job " + job + " comes").until(() -> runs(job).size() > 0);
    return runs(job).get(0);
  }

  /** Jobs of the verb, in the order in which they came. */
  List<UUID> ids(String verb) {
    return jobs().filter(job -> job.verb().equals(verb)).map(Job::id).toList();
  }

  private Stream<Job> jobs() {
    return runs().map(ServerMessage.Run::job);
  }

  private List<ServerMessage.Run> runs(UUID job) {
    return runs().filter(run -> run.job().id().equals(job)).toList();
  }

  private Stream<ServerMessage.Run> runs() {
    return received.stream()
        .filter(ServerMessage.Run.class::isInstance)
        .map(ServerMessage.Run.class::cast);
  }

  /** What the content port answers to that. */
  ContentMessage ask(int contentPort, ContentMessage.Request request) {
    try (ZMQ.Socket socket = socket()) {
      socket.setReceiveTimeOut((int) Jobs.TIMEOUT.toMillis());
      socket.connect("tcp://127.0.0.1:" + contentPort);
      send(socket, ContentCodec.encode(request).toBytes());
      return ContentCodec.decode(Frames.of(receive(socket)));
    } catch (BadMessageException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    closing = true;
    awaiting("the node ends").until(() -> !loop.isAlive());
    context.close();
  }

  private ZMQ.Socket socket() {
    ZMQ.Socket socket = context.createSocket(SocketType.DEALER);
    socket.setLinger(0);
    // JeroMQ now and then forgets to begin a handshake; then it shall try again soon.
    socket.setHandshakeIvl(500);
    socket.setReceiveTimeOut(20);
    return socket;
  }

  private void loop(ZMQ.Socket socket) {
    while (!closing) {
      for (List<byte[]> next = outgoing.poll(); next != null; next = outgoing.poll()) {
        send(socket, next);
      }
      try {
        List<byte[]> frames = receive(socket);
        if (!frames.isEmpty()) {
          received.add(ServerCodec.decode(Frames.of(frames)));
        }
      } catch (BadMessageException e) {
        // A notice of the connection.
        continue;
      }
    }
    socket.close();
  }

  private static void send(ZMQ.Socket socket, List<byte[]> frames) {
    for (int i = 0; i < frames.size(); i++) {
      socket.send(frames.get(i), i < frames.size() - 1 ? ZMQ.SNDMORE : 0);
    }
  }

  private static List<byte[]> receive(ZMQ.Socket socket) {
    List<byte[]> frames = new ArrayList<>();
    for (byte[] frame = socket.recv(); frame != null; ) {
      frames.add(frame);
      frame = socket.hasReceiveMore() ? socket.recv() : null;
    }
    return frames;
  }
}
