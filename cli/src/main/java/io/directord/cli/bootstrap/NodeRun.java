package io.directord.cli.bootstrap;

import io.directord.cli.console.Console;
import io.directord.cli.console.Failure;
import io.directord.common.api.ServerConnection;
import io.directord.common.config.Distribution;
import io.directord.common.config.Setting;
import io.directord.common.config.Settings;
import io.directord.common.security.JoinToken;
import io.directord.common.security.PrivateFiles;
import io.directord.common.security.SharedKeyFile;
import io.directord.common.validation.ErrorCode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;

/** Makes nodes of hosts: with this distribution, a shared key, and a service. */
public final class NodeRun {
  private static final String STEP = "step";
  private static final Pattern SERVER = Pattern.compile("[A-Za-z0-9._:%-]+");

  /** For how long a token is made: until a slow host has its distribution. */
  private static final Duration TOKEN_TTL = Duration.ofHours(1);

  private final List<Address> hosts = new ArrayList<>();
  private final String server;
  private final Key key;

  /**
   * What nodes join with: the shared key, unless tokens are wanted.
   *
   * @param sharedKeyFile null for the key that a server on this machine has
   * @param tokens whether each is given a join token that the server on this machine makes
   * @param tokenFile with a join token for all of them; null for none
   */
  public record Key(Path sharedKeyFile, boolean tokens, Path tokenFile) {}

  /**
   * @param hosts as {@code [user@]host[:port]}
   * @param server its address as the nodes see it; null for that of this machine
   * @param key what they join with
   * @throws Failure if one of them is something else
   */
  public NodeRun(List<String> hosts, String server, Key key) throws Failure {
    for (String host : hosts) {
      try {
        this.hosts.add(Address.parse(host));
      } catch (IllegalArgumentException e) {
        throw Failure.usage("bootstrap: --host: " + e.getMessage());
      }
    }
    requireDistinct(this.hosts);
    if (server != null && !SERVER.matcher(server).matches()) {
      throw Failure.usage("bootstrap: --server: a name or an address is expected, not " + server);
    }
    this.server = server;
    this.key = key;
  }

  /** Two runs on one machine at once would be in each other's way. */
  private static void requireDistinct(List<Address> hosts) throws Failure {
    Map<String, Address> seen = new HashMap<>();
    for (Address host : hosts) {
      Address earlier = seen.put(host.name(), host);
      if (earlier != null) {
        boolean isSame = Objects.equals(earlier.user(), host.user());
        throw Failure.usage(
            "bootstrap: --host: "
                + host.name()
                + " is given twice"
                + (isSame ? "" : ", with different users")
                + ": once is enough");
      }
    }
  }

  /**
   * Runs it and returns the exit status.
   *
   * @throws IOException if a key or the distribution cannot be read
   */
  public int run(BootstrapOptions options, Settings settings, Console console)
      throws Failure, IOException, InterruptedException {
    Path home =
        Distribution.home()
            .orElseThrow(
                () ->
                    new Failure(ErrorCode.CANNOT_INSTALL, "--host works with bin/directord only"));
    ServerConnection local = localServer(settings);
    if (server == null && local == null) {
      throw Failure.usage(
          "bootstrap: --server is missing: no server answers on this machine, so it must be said"
              + " where it is");
    }
    NodeSettings node = settings(settings, local);
    LocalDistribution distribution = LocalDistribution.read(home);
    try (SshHosts ssh = new SshHosts(options.ssh())) {
      List<HostSteps> steps =
          hosts.stream()
              .map(
                  host ->
                      new HostSteps(
                          ssh.resolve(host), new NodeInstall(distribution, node, local).steps()))
              .toList();
      return new HostRuns(ssh, options, console, STEP).run(List.of(), steps);
    }
  }

  /** Null if none answers, or the nodes are for another one. */
  private ServerConnection localServer(Settings settings) {
    ServerConnection local = new ServerConnection(settings.serverSockets());
    try {
      local.status();
      return local;
    } catch (IOException e) {
      return null;
    }
  }

  private NodeSettings settings(Settings settings, ServerConnection local)
      throws Failure, IOException {
    if (key.tokenFile != null) {
      String token;
      try {
        token = new String(PrivateFiles.read(key.tokenFile), StandardCharsets.UTF_8).strip();
        JoinToken.parse(token);
      } catch (IOException e) {
        throw Failure.file("bootstrap: --join-token-file", e);
      } catch (IllegalArgumentException e) {
        throw Failure.usage("bootstrap: --join-token-file: " + e.getMessage());
      }
      return new NodeSettings(null, () -> token, lines(settings));
    }
    if (key.tokens && local == null) {
      throw Failure.usage(
          "bootstrap: no server answers on this machine, which could make join tokens: make one"
              + " with 'directord join-token create' where it is, and give --join-token-file");
    }
    if (key.tokens) {
      return new NodeSettings(
          null,
          () -> local.access().createJoinToken(List.of(), 1, TOKEN_TTL).secret(),
          lines(settings));
    }
    return new NodeSettings(sharedKey(settings), null, lines(settings));
  }

  private String sharedKey(Settings settings) throws Failure, IOException {
    if (settings.get(Settings.CURVE_ENCRYPTION)) {
      throw Failure.usage(
          "bootstrap: --host brings a shared key, which --curve-encryption does without: bring the"
              + " key files by a catalog");
    }
    if (key.sharedKeyFile != null) {
      try {
        return SharedKeyFile.load(key.sharedKeyFile);
      } catch (IOException e) {
        throw Failure.file("bootstrap: --shared-key-file", e);
      }
    }
    if (settings.get(Settings.SHARED_KEY) != null) {
      return settings.get(Settings.SHARED_KEY);
    }
    Path file = SharedKeyFile.beside(settings.get(Settings.CONFIG_FILE));
    if (!Files.isReadable(file)) {
      throw Failure.usage(
          "bootstrap: there is no shared key in "
              + file
              + " that you may read: give --shared-key-file, a copy of the server's");
    }
    return SharedKeyFile.load(file);
  }

  private Map<String, String> lines(Settings settings) {
    Map<String, String> lines = new LinkedHashMap<>();
    if (server != null) {
      lines.put(NodeSettings.SERVER_ADDRESS, server);
    }
    for (Setting<Integer> port : List.of(Settings.JOB_PORT, Settings.BACKEND_PORT)) {
      if (settings.isSet(port)) {
        lines.put(port.key(), settings.get(port).toString());
      }
    }
    return lines;
  }
}
