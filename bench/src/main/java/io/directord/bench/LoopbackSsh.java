package io.directord.bench;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * An sshd of this user on a free port of the loopback address, with keys of its own. It is started
 * when it is needed first, and ends with this process.
 */
final class LoopbackSsh {
  private static final String DAEMON = "sshd";
  private static final int ATTEMPTS = 50;
  private static final long PAUSE_MILLIS = 100;

  private final Path directory;
  private int port;
  private Process daemon;

  LoopbackSsh(Path parent) {
    this.directory = parent.resolve("ssh");
  }

  private void start() throws IOException, InterruptedException {
    Files.createDirectories(directory);
    Path out = directory.resolve("out");
    for (String key : List.of("host", "user")) {
      Path file = directory.resolve(key);
      if (!Files.exists(file)) {
        Command.run(
            List.of("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", file.toString()),
            Map.of(),
            out);
      }
    }
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    Files.createDirectories(Path.of("/run/sshd"));
    Path config =
        Files.writeString(
            directory.resolve("sshd_config"),
            String.join(
                "\n",
                "Port " + port,
                "ListenAddress 127.0.0.1",
                "HostKey " + directory.resolve("host"),
                "AuthorizedKeysFile " + directory.resolve("user.pub"),
                "StrictModes no",
                "UsePAM no",
                "MaxStartups 100",
                "Subsystem sftp internal-sftp",
                ""));
    daemon =
        Command.start(
            List.of("/usr/sbin/sshd", "-D", "-e", "-f", config.toString()), Map.of(), out);
    Runtime.getRuntime().addShutdownHook(new Thread(daemon::destroy));
    for (int i = 1; ; i++) {
      try {
        Command.run(words("ssh", "127.0.0.1", "true"), Map.of(), out);
        return;
      } catch (IOException e) {
        if (i == ATTEMPTS) {
          throw e;
        }
        Thread.sleep(PAUSE_MILLIS);
      }
    }
  }

  /** A command of ssh's family with the options that it takes to get there. */
  List<String> words(String program, String... more) throws IOException, InterruptedException {
    List<String> words = new ArrayList<>(List.of(program));
    words.addAll(options(program.equals("ssh") ? "-p" : "-P"));
    words.addAll(List.of(more));
    return words;
  }

  /** The value of rsync's option {@code -e}. */
  String remoteShell() throws IOException, InterruptedException {
    return "ssh " + String.join(" ", options("-p"));
  }

  /** The processor time of commands that have ended, and of the daemon's share of them. */
  CpuUse cpu() {
    Map<String, Cpu> roles = new HashMap<>(CpuUse.ofCaller().roles());
    if (daemon != null) {
      Path stat = Path.of("/proc", Long.toString(daemon.pid()), "stat");
      roles.put(DAEMON, Cpu.own(stat).plus(Cpu.reaped(stat)));
    }
    return new CpuUse(roles, Map.of());
  }

  private List<String> options(String portOption) throws IOException, InterruptedException {
    if (daemon == null) {
      start();
    }
    return List.of(
        portOption,
        Integer.toString(port),
        "-i",
        directory.resolve("user").toString(),
        "-o",
        "StrictHostKeyChecking=no",
        "-o",
        "UserKnownHostsFile=/dev/null",
        "-o",
        "LogLevel=ERROR");
  }
}
