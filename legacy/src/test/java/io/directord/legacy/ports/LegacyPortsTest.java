package io.directord.legacy.ports;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.api.NodeOutcome;
import io.directord.common.api.NodeView;
import io.directord.common.api.ServerConnection;
import io.directord.common.component.SourceFile;
import io.directord.common.config.Setting;
import io.directord.common.config.Settings;
import io.directord.common.config.SettingsLoader;
import io.directord.common.job.Job;
import io.directord.common.job.JobJson;
import io.directord.common.job.Outcome;
import io.directord.common.json.Json;
import io.directord.common.security.CurveKeyPair;
import io.directord.common.security.SharedKey;
import io.directord.nats.FreePorts;
import io.directord.server.CannotStartException;
import io.directord.server.FakeNode;
import io.directord.server.Server;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What clients of the original may not do, and what nonsense at their ports must not do. */
@Timeout(300)
class LegacyPortsTest {
  private static final String KEY = "the new key";
  private static final String OLD_KEY = "the old key";

  /** How long is listened for what must not come. */
  private static final int SILENCE_MILLIS = 700;

  @TempDir Path directory;
  private final Map<Setting<?>, String> options = new HashMap<>();
  @AutoClose private Server server;
  private ServerConnection api;
  private int jobPort;
  private int contentPort;

  @BeforeEach
  void start() throws Exception {
    options.put(Settings.STATE_PATH, directory.resolve("state").toString());
    options.put(Settings.SOCKET_PATH, directory.resolve("socket").toString());
    options.put(Settings.BIND_ADDRESS, "127.0.0.1");
    options.put(Settings.SHARED_KEY, KEY);
    options.put(Settings.LEGACY_SHARED_KEY, OLD_KEY);
    for (Setting<?> port :
        List.of(
            Settings.JOB_PORT,
            Settings.BACKEND_PORT,
            Settings.LEGACY_JOB_PORT,
            Settings.LEGACY_BACKEND_PORT)) {
      options.put(port, String.valueOf(FreePorts.next()));
    }
    server = Server.start(SettingsLoader.load(options, Map.of()));
    jobPort = Integer.parseInt(options.get(Settings.LEGACY_JOB_PORT));
    contentPort = Integer.parseInt(options.get(Settings.LEGACY_BACKEND_PORT));
    api = new ServerConnection(directory.resolve("socket"));
  }

  private LegacyPeer joined(String identity) throws Exception {
    LegacyPeer peer = new LegacyPeer(jobPort, identity, OLD_KEY);
    peer.heartbeat("machine-" + identity);
    await().until(() -> state(identity) == NodeView.State.ACTIVE);
    return peer;
  }

  private NodeView.State state(String identity) throws IOException {
    return api.nodes().stream()
        .filter(node -> node.identity().equals(identity))
        .map(NodeView::state)
        .findFirst()
        .orElse(null);
  }

  private NodeOutcome outcome(UUID id) throws IOException {
    return api.job(id).nodes().get(0);
  }

  private Job submitted(ObjectNode job, String target) throws IOException {
    job.set("targets", Json.tree(List.of(target)));
    Job read = JobJson.read(job);
    api.submit(List.of(read), Map.of());
    return read;
  }

  private static ObjectNode run(String command) {
    return Json.object()
        .put("verb", "RUN")
        .put("command", command)
        .put("no_block", false)
        .put("retry", 1);
  }

  private Job copied(Path file, String target) throws Exception {
    byte[] sha256 = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
    String hex = HexFormat.of().formatHex(sha256);
    var source = new SourceFile(file.toString(), hex, Files.size(file), "/there");
    ObjectNode json = Json.object().put("verb", "COPY").put("blueprint", false);
    json.set(SourceFile.KEY, Json.tree(List.of(source)));
    json.set("targets", Json.tree(List.of(target)));
    Job job = JobJson.read(json);
    api.submit(List.of(job), Map.of(hex, file));
    return job;
  }

  @Test
  void aJobLooksAsTheOriginalSendsIt() throws Exception {
    try (LegacyPeer peer = joined("a")) {
      Job job = submitted(run("echo hello"), "a");
      List<String> frames = peer.hear(LegacyPeer.TIMEOUT_MILLIS);
      assertEquals(7, frames.size());
      assertEquals(36, frames.get(0).length());
      assertEquals(
          List.of("\0", "RUN", "\0", "\0", "\0"),
          List.of(frames.get(1), frames.get(2), frames.get(4), frames.get(5), frames.get(6)));
      JsonNode data = Json.mapper().readTree(frames.get(3));
      assertEquals("echo hello", data.get("command").asString());
      assertEquals(600, data.get("timeout").asInt());
      assertEquals(job.id().toString(), data.get("job_id").asString());
      assertEquals(job.fingerprint(), data.get("job_sha3_224").asString());
      assertEquals(job.parent().id().toString(), data.get("parent_id").asString());
      peer.queued(data).ended(data, LegacyPeer.EOT, "hello");
      assertEquals("hello", api.await(job.id()).nodes().get(0).stdout());
    }
  }

  @Test
  void filesAreGivenInTheOriginalsPieces() throws Exception {
    byte[] content = new byte[131_072 + 98_302];
    new Random(3).nextBytes(content);
    Path file = Files.write(directory.resolve("file"), content);
    try (LegacyPeer peer = joined("a");
        LegacyPeer transfer = new LegacyPeer(contentPort, "a", OLD_KEY)) {
      Job job = copied(file, "a");
      JsonNode data = peer.job();
      assertEquals(file.toString(), data.get("from").get(0).asString());
      assertEquals("/there", data.get("file_to").asString());
      assertEquals(sha3(content), data.get("file_sha3_224").asString());
      String id = job.id().toString();
      List<String> first = transfer.fetch(id, "0", "131072", file.toString());
      assertEquals(LegacyPeer.SYN, first.get(1));
      assertEquals(base64(content, 0, 131_072), first.get(3));
      // Short, but not when it is encoded: the original says "more" to that.
      List<String> last = transfer.fetch(id, "131072", "131072", file.toString());
      assertEquals(LegacyPeer.SYN, last.get(1));
      assertEquals(base64(content, 131_072, content.length), last.get(3));
      List<String> behind = transfer.fetch(id, "262144", "131072", file.toString());
      assertEquals(List.of(LegacyPeer.ETX, "\0", "\0"), behind.subList(1, 4));
    }
  }

  @Test
  void aFileIsGivenOnlyToWhomAJobDeliversItAndOnlyWhileItDoes() throws Exception {
    Path file = Files.writeString(directory.resolve("file"), "content");
    Path secret = Files.writeString(directory.resolve("secret"), "secret");
    try (LegacyPeer peer = joined("a");
        LegacyPeer other = joined("b");
        LegacyPeer transfer = new LegacyPeer(contentPort, "a", OLD_KEY);
        LegacyPeer thief = new LegacyPeer(contentPort, "b", OLD_KEY)) {
      String id = copied(file, "a").id().toString();
      JsonNode data = peer.job();
      assertEquals(LegacyPeer.ETX, transfer.fetch(id, "0", "131072", file.toString()).get(1));

      List<String> refused = thief.fetch(id, "0", "131072", file.toString());
      assertEquals(LegacyPeer.NAK, refused.get(1));
      assertEquals("File [ " + file + " ] was not found", refused.get(4));
      assertEquals(LegacyPeer.NAK, transfer.fetch(id, "0", "131072", secret.toString()).get(1));
      assertEquals(LegacyPeer.NAK, transfer.fetch(id, "0", "131072", "/etc/passwd").get(1));

      peer.queued(data).ended(data, LegacyPeer.EOT, "");
      api.await(UUID.fromString(id));
      assertEquals(LegacyPeer.NAK, transfer.fetch(id, "0", "131072", file.toString()).get(1));
      assertNull(other.hear(SILENCE_MILLIS));
    }
  }

  @Test
  void aClientCausesOnlyWhatItsOwnJobImplies() throws Exception {
    try (LegacyPeer peer = joined("a");
        LegacyPeer victim = joined("b")) {
      submitted(run("echo x").put("stdout_arg", "kept"), "a");
      JsonNode job = peer.job();
      ObjectNode asked = job.deepCopy().asObject();
      var tasks = asked.putArray("new_tasks");
      tasks.add(task("RUN").put("command", "rm -rf /"));
      ObjectNode arg = task("ARG");
      arg.putObject("args").put("kept", "x").put("other", "y");
      arg.set("targets", Json.tree(List.of("a", "b")));
      tasks.add(arg);
      String waiting = "Waiting for callback tasks to complete";
      peer.queued(job)
          .say(
              job.get("job_id").asString(),
              LegacyPeer.SYN,
              "RUN",
              Json.text(asked),
              waiting,
              "",
              "x");
      JsonNode callback = peer.job();
      assertEquals("ARG", callback.get("verb").asString());
      assertEquals("{\"kept\":\"x\"}", callback.get("args").toString());
      assertEquals(arg.get("job_sha3_224"), callback.get("job_sha3_224"));
      assertNull(peer.hear(SILENCE_MILLIS));
      assertNull(victim.hear(1));
      assertEquals(1, api.jobs(null).size());
    }
  }

  private static ObjectNode task(String verb) {
    return Json.object()
        .put("verb", verb)
        .put("job_id", UUID.randomUUID().toString())
        .put("job_sha3_224", "b818001ec4cb651a8fa7f6907582ec0ce3ba186980d1c4ba9bc8af81");
  }

  @Test
  void resultsOfJobsThatOthersWereGivenAreIgnored() throws Exception {
    try (LegacyPeer peer = joined("a");
        LegacyPeer liar = joined("b")) {
      Job job = submitted(run("echo x"), "a");
      JsonNode data = peer.job();
      liar.ended(data, LegacyPeer.NAK, "lie");
      // Answered behind the lie, on the same line.
      Job own = submitted(run("echo y"), "b");
      liar.ended(liar.job(), LegacyPeer.EOT, "");
      api.await(own.id());
      assertFalse(outcome(job.id()).state().ended());
      peer.ended(data, LegacyPeer.EOT, "truth");
      assertEquals("truth", api.await(job.id()).nodes().get(0).stdout());
    }
  }

  @Test
  void anotherMachineOfTheSameNameIsRefused() throws Exception {
    joined("a").close();
    await().until(() -> state("a") == NodeView.State.AWAY);
    Job job = submitted(run("echo x"), "a");
    try (LegacyPeer impostor = new LegacyPeer(jobPort, "a", OLD_KEY)) {
      impostor.heartbeat("another machine");
      assertNull(impostor.hear(SILENCE_MILLIS));
      ObjectNode id = Json.object().put("job_id", job.id().toString()).put("verb", "RUN");
      impostor.ended(id, LegacyPeer.EOT, "lie");
      assertNull(impostor.hear(SILENCE_MILLIS));
      assertFalse(outcome(job.id()).state().ended());
    }
  }

  @Test
  void aSecondConnectionOfTheSameNameGetsNothing() throws Exception {
    try (LegacyPeer peer = joined("a");
        LegacyPeer second = new LegacyPeer(jobPort, "a", OLD_KEY)) {
      second.heartbeat("machine-a");
      assertNull(second.hear(SILENCE_MILLIS));
      submitted(run("echo x"), "a");
      assertEquals("echo x", peer.job().get("command").asString());
      assertNull(second.hear(1));
    }
  }

  @Test
  void whoDoesNotKnowTheKeyGetsNothing() throws Exception {
    for (String password : new String[] {null, "", KEY, OLD_KEY + "x"}) {
      try (LegacyPeer stranger = new LegacyPeer(jobPort, "s", password)) {
        stranger.heartbeat("machine-s");
        assertNull(stranger.hear(300));
      }
    }
    assertTrue(api.nodes().isEmpty());
  }

  @Test
  void theNextJobOfAParentIsSentWhenTheOneBeforeHasEnded() throws Exception {
    UUID parent = UUID.randomUUID();
    try (LegacyPeer peer = joined("a")) {
      Job[] jobs = new Job[3];
      for (int i = 0; i < jobs.length; i++) {
        jobs[i] = submitted(run("echo " + i).put("parent_id", parent.toString()), "a");
      }
      JsonNode first = peer.job();
      assertNull(peer.queued(first).hear(SILENCE_MILLIS));
      JsonNode second = peer.ended(first, LegacyPeer.EOT, "").job();
      assertEquals("echo 1", second.get("command").asString());
      peer.ended(second, LegacyPeer.NAK, "");
      assertEquals(Outcome.Reason.OMITTED, api.await(jobs[2].id()).nodes().get(0).reason());
      assertNull(peer.hear(1));
    }
  }

  @Test
  void anOutputThatBreaksTheConnectionEndsItsJobWithItsSize() throws Exception {
    try (LegacyPeer peer = joined("a")) {
      Job job = submitted(run("cat large"), "a");
      JsonNode data = peer.job();
      peer.queued(data).ended(data, LegacyPeer.EOT, "x".repeat(5_000_000));
      NodeOutcome outcome = api.await(job.id()).nodes().get(0);
      assertEquals(Outcome.Reason.LOST, outcome.reason());
      String why = "a frame of 5000000 bytes; the maximum is 4194304";
      assertTrue(outcome.info().contains(why), outcome.info());
      String remark = api.nodes().get(0).remark();
      assertTrue(remark.contains(why), remark);
    }
  }

  @Test
  void nonsenseHarmsNobody() throws Exception {
    Random random = new Random(11);
    try (LegacyPeer peer = joined("a");
        LegacyPeer files = new LegacyPeer(contentPort, "a", OLD_KEY);
        FakeNode ours = ours("ours")) {
      submitted(run("echo x"), "a");
      JsonNode job = peer.job();
      String id = job.get("job_id").asString();
      for (int i = 0; i < 300; i++) {
        byte[][] frames = new byte[random.nextInt(9) + 1][];
        for (int j = 0; j < frames.length; j++) {
          frames[j] = new byte[random.nextInt(40)];
          random.nextBytes(frames[j]);
        }
        if (frames.length == 7) {
          frames[1] = new byte[] {(byte) random.nextInt(32)};
          frames[0] = random.nextBoolean() ? id.getBytes() : frames[0];
        }
        (i % 2 == 0 ? peer : files).sayRaw(frames);
      }
      for (String data :
          List.of("{", "[]", "null", "{\"new_tasks\": 7}", "{\"new_tasks\": [[]]}", "1e999")) {
        peer.say(id, LegacyPeer.SYN, "RUN", data, "x", "", "");
        peer.say(id, LegacyPeer.ENQ, "", data, "", "", "");
      }
      assertEquals(LegacyPeer.NAK, answered(files, id, "0", "131072").get(1));
      files.say(id, LegacyPeer.STX, "-1", "131072", "/x", "", "");
      files.say(id, LegacyPeer.STX, "0", "999999999", "/x", "", "");
      files.say("no id", LegacyPeer.STX, "0", "1", "/x", "", "");

      ours.succeeding().join();
      Job ownJob = submitted(run("echo y"), "ours");
      assertEquals(1, api.await(ownJob.id()).summary().succeeded());
    }
    try (LegacyPeer again = joined("b")) {
      Job job = submitted(run("echo z"), "b");
      again.ended(again.job(), LegacyPeer.EOT, "z");
      assertEquals("z", api.await(job.id()).nodes().get(0).stdout());
    }
  }

  /** What was answered to this, behind what was answered to earlier nonsense. */
  private static List<String> answered(LegacyPeer peer, String id, String offset, String size) {
    List<String> answer = peer.fetch(id, offset, size, "/asked/for/at/the/end");
    while (answer != null && !answer.get(4).contains("/asked/for/at/the/end")) {
      answer = peer.hear(LegacyPeer.TIMEOUT_MILLIS);
    }
    return answer;
  }

  private FakeNode ours(String identity) {
    byte[] serverKey = SharedKey.serverKeys(KEY).publicKey();
    return new FakeNode(identity, server.jobPort(), serverKey, CurveKeyPair.generate());
  }

  @Test
  void thePortsAreWantedTogetherAndWithAKey() throws Exception {
    server.close();
    options.remove(Settings.LEGACY_BACKEND_PORT);
    assertCannotStart("set both --legacy-job-port and --legacy-backend-port, or neither");
    options.put(Settings.LEGACY_BACKEND_PORT, String.valueOf(FreePorts.next()));
    options.remove(Settings.LEGACY_SHARED_KEY);
    options.remove(Settings.SHARED_KEY);
    options.put(Settings.INSECURE, "true");
    options.remove(Settings.BIND_ADDRESS);
    assertCannotStart("set --legacy-shared-key to theirs");
  }

  private void assertCannotStart(String why) throws Exception {
    Settings settings = SettingsLoader.load(options, Map.of());
    var refused = assertThrows(CannotStartException.class, () -> Server.start(settings));
    assertTrue(refused.getMessage().contains(why), refused.getMessage());
  }

  private static String base64(byte[] content, int from, int to) {
    byte[] piece = Arrays.copyOfRange(content, from, to);
    return Base64.getEncoder().encodeToString(piece);
  }

  private static String sha3(byte[] content) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA3-224").digest(content));
  }
}
