package io.directord.server;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.api.JobView;
import io.directord.common.api.ServerConnection;
import io.directord.common.config.InvalidSettingsException;
import io.directord.common.config.Setting;
import io.directord.common.config.Settings;
import io.directord.common.config.SettingsLoader;
import io.directord.common.job.Job;
import io.directord.common.security.CurveKeyPair;
import io.directord.common.security.SharedKey;
import io.directord.common.validation.WrongSettingException;
import io.directord.nats.FreePorts;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerTest {
  @TempDir Path directory;
  private final Map<Setting<?>, String> options = new HashMap<>();

  @BeforeEach
  void settings() throws IOException {
    options.putAll(ServerOptions.of(directory.resolve("state"), directory.resolve("socket")));
  }

  @Test
  void aSubmissionThatWasAnsweredSurvivesARestartAndRuns() throws Exception {
    Job job = TestServer.job("a");
    CurveKeyPair nodeKey = CurveKeyPair.generate();
    try (Server server = Server.start(load());
        FakeNode node = node(server, nodeKey)) {
      node.join();
      api().submit(List.of(job), Map.of());
      await().until(() -> node.jobs().contains(job.id()));
    }

    try (Server server = Server.start(load());
        FakeNode node = node(server, nodeKey)) {
      node.succeeding().join();
      await().until(() -> !api().job(job.id()).summary().processing());
      JobView view = api().job(job.id());
      assertEquals(1, view.summary().succeeded());
      assertEquals("done", view.nodes().get(0).stdout());
    }
  }

  @Test
  void aStoreThatIsGoneIsTold() throws Exception {
    try (LogLines log = new LogLines(Server.class)) {
      Server.start(load()).close();
      Server.start(load()).close();
      assertEquals(List.of(), log.warnings());
      for (String file : List.of("server.store", "server.redo")) {
        Files.delete(load().get(Settings.STATE_PATH).resolve(file));
      }
      Server.start(load()).close();
      assertTrue(
          log.warnings()
              .get(0)
              .startsWith("nothing of the store is in " + load().get(Settings.STATE_PATH)),
          () -> log.warnings().toString());
    }
  }

  @Test
  void saysWhichPortIsInUseAndWhatToDo() throws Exception {
    try (ServerSocket taken = new ServerSocket(0)) {
      String port = String.valueOf(taken.getLocalPort());
      options.put(Settings.BIND_ADDRESS, "*");
      options.put(Settings.BACKEND_PORT, port);

      CannotStartException refused =
          assertThrows(CannotStartException.class, () -> Server.start(load()));

      assertEquals(
          "cannot listen on port "
              + port
              + " of *: another program uses it. Stop that one, or choose another port with"
              + " --backend-port",
          refused.getMessage());
    }
  }

  @Test
  void saysWhenTheAddressIsNotThisMachines() {
    options.put(Settings.BIND_ADDRESS, "192.0.2.1");

    CannotStartException refused =
        assertThrows(CannotStartException.class, () -> Server.start(load()));

    assertTrue(
        refused.getMessage().contains("of 192.0.2.1: Cannot assign requested address"),
        refused.getMessage());
  }

  @Test
  void saysWhatIsWrongWithAnInvalidAddress() {
    options.put(Settings.BIND_ADDRESS, "1.2.3.4.5");

    CannotStartException refused =
        assertThrows(CannotStartException.class, () -> Server.start(load()));

    assertTrue(
        refused
            .getMessage()
            .endsWith("of 1.2.3.4.5: neither an address nor the name of one. Check --bind-address"),
        refused.getMessage());
  }

  @Test
  void saysWhichPortsAreTheSame() {
    options.put(Settings.LEGACY_BACKEND_PORT, options.get(Settings.JOB_PORT));

    CannotStartException refused =
        assertThrows(CannotStartException.class, () -> Server.start(load()));

    assertEquals(
        "job_port and legacy_backend_port are both "
            + options.get(Settings.JOB_PORT)
            + "; each needs its own port",
        refused.getMessage());
    assertInstanceOf(WrongSettingException.class, refused.getCause());
  }

  @Test
  void saysWhereInTheFileAWrongSettingStands() throws Exception {
    Path config = directory.resolve("config.yaml");
    Files.writeString(config, "debug: false\nsocket_group: no-such-group\n");
    options.put(Settings.CONFIG_FILE, config.toString());

    CannotStartException refused =
        assertThrows(CannotStartException.class, () -> Server.start(load()));

    assertEquals(
        config + ":2:1: there is no group 'no-such-group' for the socket; see --socket-group",
        refused.getMessage());
    assertInstanceOf(WrongSettingException.class, refused.getCause());
  }

  @Test
  void twoServersDoNotShareAStateDirectory() throws Exception {
    try (Server first = Server.start(load())) {
      assertTrue(first.jobPort() > 0);
      options.put(Settings.SOCKET_PATH, directory.resolve("other-socket").toString());
      options.put(Settings.JOB_PORT, String.valueOf(FreePorts.next()));
      options.put(Settings.BACKEND_PORT, String.valueOf(FreePorts.next()));

      CannotStartException refused =
          assertThrows(CannotStartException.class, () -> Server.start(load()));

      assertTrue(refused.getMessage().startsWith("another server uses "), refused.getMessage());
    }
  }

  @Test
  void saysInPlainWordsWhyTheStateCannotBeKept() throws Exception {
    Path file = Files.writeString(directory.resolve("file"), "");
    options.put(Settings.STATE_PATH, file.resolve("state").toString());

    CannotStartException refused =
        assertThrows(CannotStartException.class, () -> Server.start(load()));

    assertTrue(refused.getMessage().startsWith("cannot use the directory " + file + "/state: "));
    assertTrue(refused.getMessage().endsWith("; choose another --state-path"));
    assertFalse(refused.getMessage().contains("Exception"), refused.getMessage());
  }

  @Test
  void insecureListensOnLoopbackOnly() throws Exception {
    options.remove(Settings.SHARED_KEY);
    options.put(Settings.INSECURE, "true");
    options.put(Settings.BIND_ADDRESS, "0.0.0.0");

    CannotStartException refused =
        assertThrows(CannotStartException.class, () -> Server.start(load()));
    assertTrue(refused.getMessage().contains("loopback"));

    options.remove(Settings.BIND_ADDRESS);
    try (LogLines log = new LogLines(Admittance.class);
        Server server = Server.start(load());
        FakeNode node = new FakeNode("a", server.jobPort(), null, null)) {
      node.join();
      assertEquals(
          List.of(
              "--insecure: neither authentication nor encryption. Every user of this machine may join"
                  + " as any node: use it for experiments only"),
          log.lines());
    }
  }

  @Test
  void makesASharedKeyWhenNobodyGaveOne() throws Exception {
    options.remove(Settings.SHARED_KEY);
    Path config = directory.resolve("config.yaml");
    Files.writeString(config, "debug: false\n");
    options.put(Settings.CONFIG_FILE, config.toString());

    try (Server server = Server.start(load())) {
      String made = Files.readString(directory.resolve("shared_key")).strip();
      byte[] serverKey = SharedKey.serverKeys(made).publicKey();
      try (FakeNode node =
          new FakeNode("a", server.jobPort(), serverKey, CurveKeyPair.generate())) {
        node.join();
      }
    }

    Files.delete(directory.resolve("shared_key"));
    CannotStartException refused =
        assertThrows(CannotStartException.class, () -> Server.start(load()));
    assertTrue(refused.getMessage().contains("would be locked out"), refused.getMessage());
    assertTrue(Files.notExists(directory.resolve("shared_key")));
  }

  private ServerConnection api() throws InvalidSettingsException {
    return new ServerConnection(load().get(Settings.SOCKET_PATH));
  }

  private static FakeNode node(Server server, CurveKeyPair keys) {
    return ServerOptions.node("a", server, keys);
  }

  private Settings load() throws InvalidSettingsException {
    return SettingsLoader.load(options, Map.of());
  }
}
