package io.directord.system;

import static io.directord.system.Jobs.awaiting;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.directord.cli.TestCluster;
import io.directord.cli.TestProcess;
import io.directord.common.wire.BadMessageException;
import io.directord.common.wire.ContentCodec;
import io.directord.common.wire.ContentMessage;
import io.directord.common.wire.Frames;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;

/** Somebody on the path who answers in place of the server's content port. */
class ForgedContentIT {
  private static final String NODE = "node-1";

  @TempDir Path directory;
  private TestCluster cluster;
  private TcpProxy jobPort;

  @BeforeEach
  void start() {
    cluster = new TestCluster(directory);
    jobPort = new TcpProxy(cluster.jobPort());
    cluster.set("DIRECTORD_SERVER_ADDRESS", TcpProxy.ADDRESS);
    cluster.startServer();
    cluster.startClient(NODE);
    cluster.awaitActive(1);
  }

  @AfterEach
  void stop() {
    cluster.close();
    jobPort.close();
  }

  @Test
  void forgedAnswersCostTimeOnlyAndRequestsSayNothing() throws Exception {
    byte[] content = new byte[700_000];
    new Random(1).nextBytes(content);
    Path source = Files.write(directory.resolve("source"), content);
    Path there = directory.resolve("there");
    TestProcess copy;
    List<String> seen;
    try (Forger forger = new Forger(cluster.contentPort())) {
      copy = cluster.background("exec", "--poll", "--verb", "COPY", source + " " + there);
      awaiting("it is lied to").until(() -> forger.seen.size() >= 6);
      seen = List.copyOf(forger.seen);
    }
    assertFalse(Files.exists(there));
    try (TcpProxy honest = new TcpProxy(cluster.contentPort())) {
      assertEquals(0, Processes.awaitEnd(copy), () -> copy.log() + cluster.logs());
      assertFalse(honest.forwarded() < content.length, "it came by another way");
    }
    assertEquals(-1, Files.mismatch(source, there));
    byte[] sha256 = MessageDigest.getInstance("SHA-256").digest(content);
    for (String request : seen) {
      assertFalse(request.contains(new String(sha256, StandardCharsets.ISO_8859_1)));
      assertFalse(request.contains(HexFormat.of().formatHex(sha256)));
    }
  }

  /** Answers everything with lies of all kinds in turn. */
  private static final class Forger implements AutoCloseable {
    final Queue<String> seen = new ConcurrentLinkedQueue<>();
    private final ZContext context = new ZContext(1);
    private final Thread thread;
    private volatile boolean closing;

    Forger(int port) {
      ZMQ.Socket socket = context.createSocket(SocketType.ROUTER);
      socket.setLinger(0);
      socket.setReceiveTimeOut(20);
      socket.bind("tcp://" + TcpProxy.ADDRESS + ":" + port);
      thread = new Thread(() -> run(socket), "forger");
      thread.start();
    }

    private void run(ZMQ.Socket socket) {
      while (!closing) {
        byte[] id = socket.recv();
        if (id != null) {
          List<byte[]> frames = new ArrayList<>();
          while (socket.hasReceiveMore()) {
            frames.add(socket.recv());
          }
          answer(socket, id, frames);
        }
      }
      socket.close();
    }

    private void answer(ZMQ.Socket socket, byte[] id, List<byte[]> frames) {
      StringBuilder text = new StringBuilder();
      frames.forEach(frame -> text.append(new String(frame, StandardCharsets.ISO_8859_1)));
      seen.add(text.toString());
      List<byte[]> lie = new ArrayList<>(List.of(new byte[50]));
      try {
        lie = lie(ContentCodec.decode(Frames.of(frames)));
      } catch (BadMessageException e) {
        // Then it is answered with bytes that mean nothing.
      }
      socket.send(id, ZMQ.SNDMORE);
      for (int i = 0; i < lie.size(); i++) {
        socket.send(lie.get(i), i < lie.size() - 1 ? ZMQ.SNDMORE : 0);
      }
    }

    private List<byte[]> lie(ContentMessage request) {
      byte[] ticket = request.ticket();
      long chunk = request.chunk();
      ContentMessage lie =
          switch (seen.size() % 4) {
            case 0 -> new ContentMessage.Denied(ticket, chunk, new byte[0]);
            case 1 -> new ContentMessage.Denied(ticket, chunk, new byte[60]);
            case 2 -> new ContentMessage.Chunk(ticket, chunk, new byte[10]);
            default -> new ContentMessage.Chunk(ticket, chunk, new byte[200_000]);
          };
      return ContentCodec.encode(lie).toBytes();
    }

    @Override
    public void close() {
      closing = true;
      awaiting("the forger ends").until(() -> !thread.isAlive());
      context.close();
    }
  }
}
