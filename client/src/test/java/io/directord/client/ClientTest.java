package io.directord.client;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.client.process.TestProcesses;
import io.directord.common.component.Component;
import io.directord.common.config.Setting;
import io.directord.common.config.Settings;
import io.directord.common.config.SettingsLoader;
import io.directord.common.job.Job;
import io.directord.common.job.NodeResult;
import io.directord.common.job.Outcome;
import io.directord.common.job.Parent;
import io.directord.common.security.PrivateFiles;
import io.directord.common.wire.Heartbeat;
import io.directord.common.wire.NodeMessage;
import io.directord.common.wire.NodeTrouble;
import io.directord.common.wire.ServerMessage;
import io.directord.verbs.Components;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClientTest {
  @TempDir Path directory;
  private final List<Throwable> deaths = new CopyOnWriteArrayList<>();
  private final LogCapture log = new LogCapture();
  private TestServer server;
  private Client client;

  @BeforeEach
  void start() throws Exception {
    server = new TestServer();
    log.start();
    client = start(settings());
  }

  @AfterEach
  void stop() {
    client.close();
    server.close();
    log.stop();
    assertEquals(List.of(), deaths);
  }

  @Test
  void saysWhoItIsAndRunsAJob() {
    Job job = TestVerbs.job("SHELL", "echo hello world; echo err >&2");
    server.send(new ServerMessage.Run(job, List.of()));

    NodeResult result = result(job);

    Heartbeat beat = server.received(Heartbeat.class).get(0);
    assertEquals("node-1", beat.identity());
    assertEquals("m1", beat.machineId());
    assertInstanceOf(Outcome.Succeeded.class, result.outcome());
    assertEquals("hello world\n", result.stdout());
    assertEquals("err\n", result.stderr());
  }

  @Test
  void othersCanTellWhetherItIsConnected() throws Exception {
    Path state = settings().get(Settings.STATE_PATH);
    await().until(() -> ClientStatus.isConnected(state));
    server.close();
    await().until(() -> !ClientStatus.isConnected(state));
  }

  @Test
  void whatADeadClientLeftSaysNothing() throws Exception {
    Path state = directory.resolve("dead");
    Files.createDirectories(Client.directory(state));
    Path note = Client.directory(state).resolve("connected");
    String anotherStart = ProcessHandle.current().pid() + " 1";
    for (String left : List.of(anotherStart, "x", "12", "99999999999999999999 1")) {
      Files.createSymbolicLink(note, Path.of(left));
      assertFalse(ClientStatus.isConnected(state), left);
      Files.delete(note);
    }
    Files.writeString(note, anotherStart);
    assertFalse(ClientStatus.isConnected(state));
  }

  @Test
  void withoutAKeyItTakesTheFileBesideItsConfiguration() throws Exception {
    PrivateFiles.create(
        directory.resolve("shared_key"), TestServer.KEY.getBytes(StandardCharsets.UTF_8));
    Map<Setting<?>, String> keyless = values(Map.of());
    keyless.remove(Settings.SHARED_KEY);
    await().until(() -> sessions() == 1);
    client.close();
    client = start(SettingsLoader.load(keyless, Map.of()));
    await().until(() -> sessions() == 2);
  }

  private long sessions() {
    return server.received(Heartbeat.class).stream().map(Heartbeat::session).distinct().count();
  }

  @Test
  void doesNotStartUnderANameThatNoTargetCanHave() {
    ClientStartException e =
        assertThrows(
            ClientStartException.class, () -> start(settings(Map.of(Settings.IDENTITY, "a,b"))));

    assertEquals(
        "the identity 'a,b' has a comma, which stands between the names of targets: choose another"
            + " one with --identity",
        e.getMessage());
  }

  @Test
  void runsJobsInOrderAndAnswersEach() {
    List<Job> jobs = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      jobs.add(TestVerbs.job("SAY", "" + i));
    }
    jobs.forEach(job -> server.send(new ServerMessage.Run(job, List.of())));
    await().until(() -> results().size() == jobs.size());
    assertEquals(
        jobs.stream().map(Job::id).toList(), results().stream().map(NodeResult::jobId).toList());
  }

  @Test
  void refusesJobsThatItCannotNoteAndTellsTheServerWhyAtOnce() throws Exception {
    await().until(() -> log.count("connected to the server") == 1);
    Path state = Client.directory(settings().get(Settings.STATE_PATH));
    Path aside = Files.move(state, directory.resolve("aside"));
    Files.writeString(state, "in the way");

    Job job = TestVerbs.job("SAY", "x");
    server.send(new ServerMessage.Run(job, List.of()));

    assertEquals(Outcome.Reason.REFUSED, ((Outcome.Failed) result(job).outcome()).reason());
    await().until(() -> troubles().anyMatch(NodeTrouble::refusesJobs));
    String text = troubles().findFirst().orElseThrow().text();
    assertTrue(
        text.startsWith("it refuses jobs, or is about to, since its journal cannot be written: "),
        text);
    Files.delete(state);
    Files.move(aside, state);
  }

  private Stream<NodeTrouble> troubles() {
    return server.received(Heartbeat.class).stream()
        .map(Heartbeat::trouble)
        .filter(Objects::nonNull);
  }

  @Test
  void sendsAResultAgainOnEveryConnectionUntilItIsDurable() throws Exception {
    Job job = TestVerbs.job("SAY", "x");
    server.send(new ServerMessage.Run(job, List.of()));
    result(job);
    restartServer();
    result(job);
    server.send(new ServerMessage.Durable(List.of(job.id())));
    Job other = TestVerbs.job("SAY", "y");
    server.send(new ServerMessage.Run(other, List.of()));
    result(other);
    restartServer();
    result(other);
    assertEquals(List.of(other.id()), results().stream().map(NodeResult::jobId).toList());
  }

  @Test
  void runsAJobOnceThoughTheServerSendsItOnEveryConnection() throws Exception {
    Path ran = directory.resolve("ran");
    Job job = TestVerbs.job("SHELL", "echo x >> " + ran);
    server.send(new ServerMessage.Run(job, List.of()));
    result(job);
    restartServer();
    server.send(new ServerMessage.Run(job, List.of()));
    await().until(() -> !results().isEmpty());
    Job next = TestVerbs.job("SAY", "next");
    server.send(new ServerMessage.Run(next, List.of()));
    result(next);
    assertEquals("x\n", Files.readString(ran));
  }

  @Test
  void aJobWhoseResultTheServerHadAndLostIsNotRunAgainAndNoFailure() throws Exception {
    Path ran = directory.resolve("ran");
    server.confirms = true;
    Job job = TestVerbs.job("SHELL", "echo x >> " + ran);
    server.send(new ServerMessage.Run(job, List.of()));
    result(job);
    // Behind the confirmation.
    Job next = TestVerbs.job("SAY", "next");
    server.send(new ServerMessage.Run(next, List.of()));
    result(next);

    server.send(new ServerMessage.Run(job, List.of()));

    await().until(() -> results().size() == 3);
    var failed = assertInstanceOf(Outcome.Failed.class, results().get(2).outcome());
    assertEquals(Outcome.Reason.RESULT_LOST, failed.reason());
    assertEquals("x\n", Files.readString(ran));
  }

  @Test
  void resultsOutliveARestartOfTheClient() throws Exception {
    Job job = TestVerbs.job("SAY", "x");
    server.send(new ServerMessage.Run(job, List.of()));
    result(job);
    client.close();
    server.received.clear();
    client = start(settings());
    assertEquals("x", result(job).stdout());
  }

  @Test
  void saysThatAJobRunsAndHandsOutputOnMeanwhile() throws Exception {
    Path gate = directory.resolve("gate");
    Job job =
        new TestVerbs.JobMaker(
                "SHELL", "echo first; while [ ! -e " + gate + " ]; do sleep 0.02; done")
            .stream().make();
    server.send(new ServerMessage.Run(job, List.of()));
    await().until(() -> !server.received(NodeMessage.Started.class).isEmpty());
    await().until(() -> !server.received(NodeMessage.Output.class).isEmpty());
    NodeMessage.Output output = server.received(NodeMessage.Output.class).get(0);
    assertEquals("first\n", new String(output.bytes()));
    assertEquals(job.id(), output.jobId());
    assertEquals(List.of(), results());
    Files.createFile(gate);
    assertEquals("first\n", result(job).stdout());
  }

  @Test
  void outputWithoutEndNeitherFillsMemoryNorKeepsACancelFromArriving() {
    Job job = new TestVerbs.JobMaker("SHELL", "yes").stream().make();
    server.send(new ServerMessage.Run(job, List.of()));
    await().until(() -> server.received(NodeMessage.Output.class).size() > 20);
    server.send(cancel(job));
    assertEquals(Outcome.Reason.CANCELLED, reason(job));
  }

  @Test
  void cancelEndsTheProcessTree() throws Exception {
    Path pid = directory.resolve("pid");
    Job job = TestVerbs.job("SHELL", "sleep 300 & echo $! > " + pid + "; wait");
    server.send(new ServerMessage.Run(job, List.of()));
    await().until(() -> Files.exists(pid) && Files.size(pid) > 1);
    server.send(cancel(job));
    assertEquals(Outcome.Reason.CANCELLED, reason(job));
    assertTrue(TestProcesses.hasEnded(Long.parseLong(Files.readString(pid).strip())));
  }

  @Test
  void aJobThatIsCancelledBeforeItCameLeavesOutTheLaterOnesOfItsParent() {
    Parent parent = TestVerbs.parent(false);
    Job never = TestVerbs.job("SAY", "never", parent);
    Job later = TestVerbs.job("SAY", "later", parent);
    Job other = TestVerbs.job("SAY", "other");

    server.send(cancel(never));
    server.send(new ServerMessage.Run(later, List.of()));
    server.send(new ServerMessage.Run(other, List.of()));

    assertEquals(Outcome.Reason.CANCELLED, reason(never));
    assertEquals(Outcome.Reason.OMITTED, reason(later));
    assertTrue(result(other).outcome().isSuccess());
  }

  private static ServerMessage.Cancel cancel(Job... jobs) {
    return new ServerMessage.Cancel(
        Stream.of(jobs).collect(Collectors.toMap(Job::id, job -> job.parent().id())));
  }

  @Test
  void everyCancelIsAnsweredAlsoForJobsThatNeverCameOrAreLongDone() {
    Job never = TestVerbs.job("SAY", "never");
    Job done = TestVerbs.job("SAY", "done");
    server.send(new ServerMessage.Run(done, List.of()));
    result(done);
    server.received.clear();
    server.send(cancel(never, done));
    assertEquals(Outcome.Reason.CANCELLED, reason(never));
    server.send(new ServerMessage.Run(never, List.of()));
    Job next = TestVerbs.job("SAY", "next");
    server.send(new ServerMessage.Run(next, List.of()));
    result(next);
    assertEquals(Outcome.Reason.CANCELLED, reason(never), "it was cancelled before it came");
  }

  @Test
  void saysWhoItIsWheneverTheServerAsks() {
    await().until(() -> !server.received(Heartbeat.class).isEmpty());
    int before = server.received(Heartbeat.class).size();
    server.send(new ServerMessage.WhoAreYou());
    await().until(() -> server.received(Heartbeat.class).size() > before);
  }

  @Test
  void sendsHeartbeatsAtTheServersInterval() throws Exception {
    client.close();
    server.interval = Duration.ofMillis(50);
    server.received.clear();
    client = start(settings());
    // The first of the client before may come only now.
    await()
        .until(
            () ->
                server.received(Heartbeat.class).stream()
                    .collect(Collectors.groupingBy(Heartbeat::session, Collectors.counting()))
                    .values()
                    .stream()
                    .anyMatch(beats -> beats >= 5));
  }

  @Test
  void saysOnceWhyTheServerRefusesIt() throws Exception {
    client.close();
    server.refuses = "another machine has this name: forget it first";
    server.interval = Duration.ofMillis(50);
    client = start(settings(Map.of(Settings.HEARTBEAT_INTERVAL, "0.05")));
    int before = server.received.size();
    await().until(() -> server.received.size() > before + 5);
    assertEquals(1, log.count("the server refuses this node: another machine has this name"));
  }

  @Test
  void aWrongSharedKeyGivesOneClearLine() throws Exception {
    await().until(() -> sessions() == 1);
    client.close();
    client = start(settings(Map.of(Settings.SHARED_KEY, "another key")));
    String line =
        "the server at 127.0.0.1:"
            + server.port()
            + " closed the connection during the handshake: its shared key is most likely another";
    await().until(() -> log.count(line) == 1);
    // It goes on trying, and says it only once.
    long before = sessions();
    await().pollDelay(Duration.ofMillis(1500)).until(() -> log.count(line) == 1);
    assertEquals(before, sessions());
  }

  @Test
  void anUnreachableServerGivesOneClearLineAndIsFoundWhenItIsThere() throws Exception {
    client.close();
    int port = server.port();
    server.close();
    long before = log.count("connected to the server");
    client = start(settings());
    String line = "the server at 127.0.0.1:" + port + " cannot be reached";
    await().until(() -> log.count(line) == 1);
    server = new TestServer(port);
    await().until(() -> log.count("connected to the server") == before + 1);
    assertEquals(1, log.count(line));
  }

  @Test
  void aSecondClientOnTheSameDirectoryIsRefused() throws Exception {
    ClientStartException refused =
        assertThrows(ClientStartException.class, () -> start(settings()));
    assertTrue(refused.getMessage().contains("another directord client uses"));
    Job job = TestVerbs.job("SAY", "still there");
    server.send(new ServerMessage.Run(job, List.of()));
    result(job);
  }

  @Test
  void saysWhatIsMissingBeforeItStarts() throws Exception {
    Map<Setting<?>, String> none = new HashMap<>();
    none.put(Settings.CONFIG_FILE, directory.resolve("config.yaml").toString());
    none.put(Settings.STATE_PATH, directory.resolve("other-state").toString());
    none.put(Settings.CACHE_PATH, directory.resolve("other-cache").toString());
    Settings withoutKey = SettingsLoader.load(none, Map.of());
    ClientStartException refused =
        assertThrows(ClientStartException.class, () -> start(withoutKey));
    assertTrue(refused.getMessage().contains("DIRECTORD_SHARED_KEY"), refused.getMessage());
    Files.createFile(directory.resolve("file"));
    none.put(Settings.STATE_PATH, directory.resolve("file").toString());
    Settings badDirectory = SettingsLoader.load(none, Map.of());
    refused = assertThrows(ClientStartException.class, () -> start(badDirectory));
    assertTrue(refused.getMessage().contains("--state-path"), refused.getMessage());
  }

  @Test
  void whatWasTakenBeforeARestartBeginsWhenTheServerHasSaidThatItCounts() throws Exception {
    Path ran = directory.resolve("ran");
    Path gate = directory.resolve("gate");
    Job blocks = TestVerbs.job("SHELL", "until test -e " + gate + "; do sleep 0.02; done");
    Job lost = TestVerbs.job("SHELL", "echo lost >> " + ran);
    Job kept = TestVerbs.job("SHELL", "echo kept >> " + ran);
    for (Job job : List.of(blocks, lost, kept)) {
      server.send(new ServerMessage.Run(job, List.of()));
    }
    await().until(() -> !server.received(NodeMessage.Started.class).isEmpty());
    client.close();
    server.received.clear();
    server.settles = false;
    server.drops = List.of(lost.id());
    client = start(settings());
    await().until(() -> !server.received(NodeMessage.Holding.class).isEmpty());
    NodeMessage.Holding holding = server.received(NodeMessage.Holding.class).get(0);
    assertEquals(List.of(lost.id(), kept.id()), holding.queued());
    assertTrue(results().stream().noneMatch(result -> result.jobId().equals(kept.id())));
    server.send(new ServerMessage.Drop(List.of(lost.id()), List.of(), holding.number()));
    assertEquals(Outcome.Reason.NOT_STARTED, reason(lost));
    assertInstanceOf(Outcome.Succeeded.class, result(kept).outcome());
    assertEquals("kept\n", Files.readString(ran));
  }

  private void restartServer() {
    int port = server.port();
    server.close();
    server = new TestServer(port);
  }

  private List<NodeResult> results() {
    return server.received(NodeMessage.Ended.class).stream()
        .map(NodeMessage.Ended::result)
        .toList();
  }

  private Outcome.Reason reason(Job job) {
    return ((Outcome.Failed) result(job).outcome()).reason();
  }

  private NodeResult result(Job job) {
    return await()
        .until(
            () ->
                server.received(NodeMessage.Ended.class).stream()
                    .map(NodeMessage.Ended::result)
                    .filter(result -> result.jobId().equals(job.id()))
                    .findFirst()
                    .orElse(null),
            result -> result != null);
  }

  private Settings settings() throws Exception {
    return settings(Map.of());
  }

  private Settings settings(Map<Setting<?>, String> others) throws Exception {
    return SettingsLoader.load(values(others), Map.of());
  }

  private Map<Setting<?>, String> values(Map<Setting<?>, String> others) throws Exception {
    Map<Setting<?>, String> values = new HashMap<>();
    values.put(Settings.CONFIG_FILE, directory.resolve("config.yaml").toString());
    Files.writeString(directory.resolve("config.yaml"), "");
    values.put(Settings.IDENTITY, "node-1");
    values.put(Settings.MACHINE_ID, "m1");
    values.put(Settings.SHARED_KEY, TestServer.KEY);
    values.put(Settings.JOB_PORT, String.valueOf(server.port()));
    values.put(Settings.STATE_PATH, directory.resolve("state").toString());
    values.put(Settings.CACHE_PATH, directory.resolve("cache").toString());
    values.putAll(others);
    return values;
  }

  private Client start(Settings settings) throws Exception {
    Map<String, Component<?>> verbs = Map.of("SHELL", TestVerbs.SHELL, "SAY", TestVerbs.SAY);
    return Client.start(
        settings,
        Components.builtin(),
        job -> verbs.get(job.verb()),
        Set.of(),
        (thread, death) -> deaths.add(death));
  }
}
