package io.directord.client;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.directord.common.component.Component;
import io.directord.common.config.Setting;
import io.directord.common.config.Settings;
import io.directord.common.config.SettingsLoader;
import io.directord.common.job.Job;
import io.directord.common.job.NodeResult;
import io.directord.common.job.Outcome;
import io.directord.common.wire.Heartbeat;
import io.directord.common.wire.NodeMessage;
import io.directord.common.wire.ServerMessage;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClientTest {
  @TempDir Path folder;
  private final List<Throwable> deaths = new CopyOnWriteArrayList<>();
  private TestServer server;
  private Client client;

  @BeforeEach
  void start() throws Exception {
    server = new TestServer();
    client = start(settings());
  }

  @AfterEach
  void stop() {
    client.close();
    server.close();
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
    Map<Setting<?>, String> values = new HashMap<>();
    values.put(Settings.CONFIG_FILE, folder.resolve("config.yaml").toString());
    java.nio.file.Files.writeString(folder.resolve("config.yaml"), "");
    values.put(Settings.IDENTITY, "node-1");
    values.put(Settings.MACHINE_ID, "m1");
    values.put(Settings.SHARED_KEY, TestServer.KEY);
    values.put(Settings.JOB_PORT, String.valueOf(server.port()));
    values.put(Settings.STATE_PATH, folder.resolve("state").toString());
    values.put(Settings.CACHE_PATH, folder.resolve("cache").toString());
    return SettingsLoader.load(values, Map.of());
  }

  private Client start(Settings settings) throws Exception {
    Map<String, Component<?>> verbs = Map.of("SHELL", TestVerbs.SHELL);
    return Client.start(settings, verbs::get, (thread, death) -> deaths.add(death));
  }
}
