package io.directord.original;

import java.util.List;

/** The suite with the original's own clients. */
class TheirClientsIT extends LegacyNodesContract {
  @Override
  ProcessBuilder command(
      String identity, String machineId, String key, int jobPort, int backendPort)
      throws Exception {
    Original original = Original.beside(cluster);
    ProcessBuilder command =
        original.command(
            List.of(
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
                folder.resolve(identity).resolve("original").toString(),
                "--identity",
                identity,
                "client",
                "--zmq-server-address",
                "127.0.0.1"));
    command.environment().put("DIRECTORD_MACHINE_ID", machineId);
    return command;
  }
}
