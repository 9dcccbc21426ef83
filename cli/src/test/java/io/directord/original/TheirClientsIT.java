package io.directord.original;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.cli.Ran;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The suite with the original's own clients. */
class TheirClientsIT extends LegacyNodesContract {
  private static final String COMPONENT =
      """
      from directord import components


      class Component(components.ComponentBase):
          def __init__(self):
              super().__init__(desc="Greets.")

          def client(self, cache, job):
              return "the component greets " + job["name"], None, True, None
      """;

  /** Runs the program with another place for components than the system's. */
  private static final String ELSEWHERE =
      """
      import runpy, sys
      sys.base_prefix = sys.argv[1]
      sys.argv = sys.argv[2:]
      runpy.run_path(sys.argv[0], run_name="__main__")
      """;

  @Test
  void aComponentThatLiesOnTheNodeRunsForAVerbWithTheSameKeys() throws Exception {
    Path component = directory.resolve("there/share/directord/components/greet.py");
    Files.createDirectories(component.getParent());
    Files.writeString(component, COMPONENT);
    cluster.write(
        "components/greet.yaml",
        "description: Greets.\noperands: {name: {help: Whom.}}\nscript: echo the script\n");
    cluster.set("DIRECTORD_CONFIG_FILE", cluster.write("config.yaml", "").toString());
    Ran ran = cluster.run("exec", "--stream", "--target", "old", "new", "--verb", "GREET", "Ada");
    assertTrue(ran.expect(0).out().contains("old -- STDOUT\nthe component greets Ada\n"), ran::out);
    assertTrue(ran.out().contains("new -- STDOUT\nthe script\n"), ran::out);
  }

  @Override
  ProcessBuilder command(
      String identity, String machineId, String key, int jobPort, int backendPort)
      throws Exception {
    Original original = Original.beside(cluster);
    ProcessBuilder command =
        original.command(
            List.of(
                "-c",
                ELSEWHERE,
                directory.resolve("there").toString(),
                original.start(),
                "--driver",
                "zeromq",
                "--job-port",
                Integer.toString(jobPort),
                "--backend-port",
                Integer.toString(backendPort),
                "--zmq-shared-key",
                key,
                "--cache-path",
                directory.resolve(identity).resolve("original").toString(),
                "--identity",
                identity,
                "client",
                "--zmq-server-address",
                "127.0.0.1"));
    command.environment().put("DIRECTORD_MACHINE_ID", machineId);
    return command;
  }
}
