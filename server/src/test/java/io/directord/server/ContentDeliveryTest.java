package io.directord.server;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.api.ApiException;
import io.directord.common.api.ServerConnection;
import io.directord.common.config.Setting;
import io.directord.common.config.Settings;
import io.directord.common.config.SettingsLoader;
import io.directord.common.job.Job;
import io.directord.common.job.JobJson;
import io.directord.common.json.Json;
import io.directord.common.security.CurveKeyPair;
import io.directord.common.security.Sealing;
import io.directord.common.wire.ContentCodec;
import io.directord.common.wire.ContentMessage;
import io.directord.common.wire.Delivery;
import io.directord.common.wire.Frames;
import io.directord.common.wire.ServerMessage;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;
import tools.jackson.databind.node.ObjectNode;

/** A content's whole way: from the operator's file through the API to a node's hands. */
@Timeout(300)
class ContentDeliveryTest {

  @TempDir Path directory;
  private Server server;
  private ServerConnection api;
  private FakeNode node;
  private Path file;
  private byte[] content;
  private String sha256;

  @BeforeEach
  void start() throws Exception {
    Map<Setting<?>, String> options =
        ServerOptions.of(directory.resolve("state"), directory.resolve("socket"));
    Settings settings = SettingsLoader.load(options, Map.of());
    server = Server.start(settings);
    api = new ServerConnection(settings.get(Settings.SOCKET_PATH));
    node = ServerOptions.node("a", server, CurveKeyPair.generate());
    node.join();

    content = new byte[Delivery.CHUNK_BYTES + 1000];
    new Random(1).nextBytes(content);
    file = Files.write(directory.resolve("file"), content);
    sha256 = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
  }

  @AfterEach
  void stop() {
    node.close();
    server.close();
  }

  @Test
  void aNodeThatWasGivenTheJobFetchesItsContentUntilTheJobHasEnded() throws Exception {
    Job job = copy();
    api.submit(List.of(job), Map.of(sha256, file));
    Files.write(file, new byte[10]);
    await().until(() -> node.jobs().contains(job.id()));
    Delivery delivery = node.all(ServerMessage.Run.class).get(0).deliveries().get(0);

    ByteArrayOutputStream got = new ByteArrayOutputStream();
    for (long chunk = 0; chunk < delivery.chunks(); chunk++) {
      var answer = assertInstanceOf(ContentMessage.Chunk.class, ask(delivery.ticket(), chunk));
      got.writeBytes(Sealing.open(delivery.key(), chunk, delivery.chunks(), answer.sealed()));
    }
    assertArrayEquals(content, got.toByteArray());

    node.answer(FakeNode.success(job.id(), ""));
    await().until(() -> ask(delivery.ticket(), 0) instanceof ContentMessage.Denied);
  }

  @Test
  void aNodeThatWasNotGivenTheJobGetsNothing() throws Exception {
    Job job = copy();
    api.submit(List.of(job), Map.of(sha256, file));
    await().until(() -> node.jobs().contains(job.id()));
    Delivery given = node.all(ServerMessage.Run.class).get(0).deliveries().get(0);
    byte[] guess = given.ticket().clone();
    guess[0] ^= 1;
    for (byte[] ticket : List.of(guess, new byte[32])) {
      var denied = assertInstanceOf(ContentMessage.Denied.class, ask(ticket, 0));
      assertEquals(0, denied.sealed().length);
    }
  }

  @Test
  void aJobIsNotTakenWithoutItsContent() {
    ApiException refusal =
        assertThrows(ApiException.class, () -> api.submit(List.of(copy()), Map.of()));
    assertTrue(refusal.getMessage().contains(sha256), refusal.getMessage());
  }

  private Job copy() {
    ObjectNode job = Json.object().put("verb", "COPY");
    job.putArray("files")
        .addObject()
        .put("path", file.toString())
        .put("sha256", sha256)
        .put("size", content.length)
        .put("to", "/srv/file");
    return JobJson.read(job);
  }

  private ContentMessage ask(byte[] ticket, long chunk) throws Exception {
    try (ZContext context = new ZContext();
        ZMQ.Socket socket = context.createSocket(SocketType.DEALER)) {
      socket.setReceiveTimeOut(240_000);
      // JeroMQ now and then forgets to begin a handshake; then it shall try again soon.
      socket.setHandshakeIvl(500);
      socket.connect("tcp://127.0.0.1:" + server.contentPort());
      List<byte[]> request =
          ContentCodec.encode(new ContentMessage.Request(ticket, chunk)).toBytes();
      for (int i = 0; i < request.size(); i++) {
        socket.send(request.get(i), i < request.size() - 1 ? ZMQ.SNDMORE : 0);
      }
      List<byte[]> frames = new ArrayList<>();
      do {
        frames.add(socket.recv());
      } while (socket.hasReceiveMore());
      return ContentCodec.decode(Frames.of(frames));
    }
  }
}
