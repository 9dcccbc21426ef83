package io.directord.cli.systemd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.directord.common.config.InvalidSettingsException;
import io.directord.common.config.Setting;
import io.directord.common.config.Settings;
import io.directord.common.config.SettingsLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnitTest {
  private static final Path PROGRAM = Path.of("/bin/true");

  @TempDir Path directory;

  @Test
  void aServerIsStartedWithTheSettingsOfTheCommandLine() throws Exception {
    Unit unit =
        Unit.ofServer(
            start(
                "operators",
                Map.of(
                    Settings.DEBUG, "true",
                    Settings.BIND_ADDRESS, "192.0.2.1",
                    Settings.STATE_PATH, "/srv/100% of it/$x",
                    Settings.SOCKET_PATH, "/run/d/d.sock",
                    Settings.DATASTORE, "file:///srv/jobs")));

    assertEquals("directord-server.service", unit.name());
    assertEquals(
        List.of(
            "ExecStart=/bin/true --datastore file:///srv/jobs --debug --socket-path /run/d/d.sock"
                + " --state-path \"/srv/100%% of it/$$x\" --socket-group operators server"
                + " --bind-address 192.0.2.1",
            "ReadWritePaths=-/etc/directord -/run/d \"-/srv/100%% of it/$x\" -/srv/jobs"),
        lines(unit, "ExecStart=", "ReadWritePaths=", "StateDirectory="));
  }

  @Test
  void theUsualStateDirectoryIsMadeBySystemd() throws Exception {
    Unit unit =
        Unit.ofServer(
            start(
                null,
                Map.of(Settings.STATE_PATH, "/var/lib/directord", Settings.SOCKET_PATH, "/run/d")));

    assertEquals(
        List.of("StateDirectory=directord", "ReadWritePaths=-/etc/directord -/run"),
        lines(unit, "ReadWritePaths=", "StateDirectory="));
  }

  @Test
  void aClientHasItsGroupAndItsJava() throws Exception {
    Unit unit =
        Unit.ofClient(
            new Unit.Start(
                PROGRAM,
                "/opt/my java",
                "staff",
                Map.of(Settings.SERVER_ADDRESS, "192.0.2.1"),
                settings(Map.of())::get));

    assertEquals(
        List.of(
            "Group=staff",
            "ExecStart=/bin/true client --server-address 192.0.2.1",
            "Environment=\"JAVA_HOME=/opt/my java\""),
        lines(unit, "Group=", "ExecStart=", "Environment="));
  }

  @Test
  void anotherUnitIsReplacedOnlyByForce() throws Exception {
    Unit unit = Unit.ofClient(start(null, Map.of()));
    Path file = directory.resolve("units/directord-client.service");

    assertEquals(Unit.Change.WRITTEN, unit.write(file.getParent(), false));
    assertEquals("rw-r--r--", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    assertEquals(Unit.Change.UNCHANGED, unit.write(file.getParent(), true));
    Files.writeString(file, "[Service]\n");
    assertEquals(Unit.Change.REFUSED, unit.write(file.getParent(), false));
    assertEquals("[Service]\n", Files.readString(file));
    assertEquals(Unit.Change.WRITTEN, unit.write(file.getParent(), true));
    assertEquals(unit.text(), Files.readString(file));
    try (Stream<Path> files = Files.list(file.getParent())) {
      assertEquals(List.of(file), files.toList());
    }
  }

  @Test
  void systemdUnderstandsBoth() throws Exception {
    assumeTrue(Files.exists(Path.of("/usr/bin/systemd-analyze")), "needs systemd");
    Map<Setting<?>, String> given = Map.of(Settings.STATE_PATH, "/srv/a b");
    for (Unit unit : List.of(Unit.ofServer(start("g", given)), Unit.ofClient(start("g", given)))) {
      unit.write(directory, false);
      Process verify =
          new ProcessBuilder(
                  "systemd-analyze",
                  "verify",
                  "--man=no",
                  directory.resolve(unit.name()).toString())
              .redirectErrorStream(true)
              .start();
      String said = new String(verify.getInputStream().readAllBytes());
      // The one key that is newer than systemd 252.
      List<String> complaints =
          said.lines()
              .filter(line -> line.contains("directord"))
              .filter(line -> !line.contains("DelegateSubgroup"))
              .toList();
      assertEquals(0, verify.waitFor(), said);
      assertTrue(complaints.isEmpty(), said);
    }
  }

  private static Unit.Start start(String group, Map<Setting<?>, String> given)
      throws InvalidSettingsException {
    return new Unit.Start(PROGRAM, null, group, given, settings(given)::get);
  }

  /** As root has them, whoever runs the test. */
  private static Settings settings(Map<Setting<?>, String> given) throws InvalidSettingsException {
    Map<Setting<?>, String> all = new HashMap<>(given);
    all.putIfAbsent(Settings.SOCKET_PATH, "/run/directord.sock");
    all.putIfAbsent(Settings.STATE_PATH, "/var/lib/directord");
    return SettingsLoader.load(all, Map.of());
  }

  private static List<String> lines(Unit unit, String... beginnings) {
    return unit.text()
        .lines()
        .filter(line -> Stream.of(beginnings).anyMatch(line::startsWith))
        .toList();
  }
}
