package io.directord.cli.bootstrap;

import io.directord.common.api.NodeView;
import io.directord.common.api.ServerConnection;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Makes a node of one host, in steps that each do nothing where all is as it should be. One thread
 * uses it.
 */
final class NodeInstall {
  private static final String NOTHING = "nothing to do";

  /** Where files are put first, in the home directory. */
  private static final String STAGING = ".directord-bootstrap";

  /** On the host: there while its client does not run with all that was changed. */
  static final String CHANGED = "/opt/.directord-changed";

  private static final String ETC = "/etc/directord";
  private static final String CONFIG = ETC + "/config.yaml";
  private static final String KEY = ETC + "/shared_key";
  private static final String TOKEN = ETC + "/join_token";
  private static final String PROGRAM = "/opt/directord/bin/directord";
  private static final String ARCHIVE = "class archive";
  private static final String ARCHIVER = "/opt/directord/share/archive-classes.sh";
  private static final String UNIT = "directord-client.service";
  private static final int JOIN_TRIES = 60;
  static final int NOT_RUNNING = 2;
  private static final int MIN_JAVA = 17;
  private static final int OWNER_ONLY = 0600;
  private static final Pattern JAVA_VERSION = Pattern.compile("version \"(\\d+)");
  private static final Pattern ADDRESS = Pattern.compile("[A-Za-z0-9._:%-]+");

  /** How to install Java, by a word of ID or ID_LIKE in os-release. */
  private static final Map<String, String> JAVA_PACKAGES = new LinkedHashMap<>();

  static {
    JAVA_PACKAGES.put("debian", "apt-get install default-jre-headless");
    JAVA_PACKAGES.put("fedora", "dnf install java-latest-openjdk-headless");
    JAVA_PACKAGES.put("suse", "zypper install java-17-openjdk-headless");
    JAVA_PACKAGES.put("alpine", "apk add openjdk17-jre-headless");
    JAVA_PACKAGES.put("arch", "pacman -S jre-openjdk-headless");
  }

  /** A client that has not joined by then has a reason. */
  private static final String AWAIT_JOINED =
      """
      tries=0
      until %1$s client --status > /dev/null 2>&1; do
        tries=$((tries + 1))
        if [ $tries -ge %3$d ]; then
          %1$s client --diagnose
          systemctl is-active --quiet %4$s && exit 1
          systemctl status --no-pager --lines=10 %4$s
          exit 2
        fi
        sleep 1
      done
      sed -n 's/^identity: *//p' %2$s | tr -d '"'
      cat /proc/sys/kernel/hostname
      """;

  private final LocalDistribution distribution;
  private final NodeSettings node;
  private final ServerConnection server;
  private boolean sudo;

  /**
   * @param server that the node is to join, if it is on this machine; else null
   */
  NodeInstall(LocalDistribution distribution, NodeSettings node, ServerConnection server) {
    this.distribution = distribution;
    this.node = node;
    this.server = server;
  }

  /** What a step does; returns what came of it. */
  private interface Action {
    String run(SshHost host, StepOutput output) throws StepException, IOException;
  }

  private record Named(String title, boolean isOptional, Action action) implements Step {
    Named(String title, Action action) {
      this(title, false, action);
    }

    @Override
    public String run(SshHost host, StepOutput output) throws StepException, IOException {
      return action.run(host, output);
    }
  }

  List<Step> steps() {
    return List.of(
        new Named("administrator", this::becomeAdministrator),
        new Named("Java", this::checkJava),
        new Named(distribution.name(), this::installDistribution),
        new Named(CONFIG, this::writeSettings),
        node.joinToken() == null
            ? new Named(KEY, this::writeKey)
            : new Named(TOKEN, this::writeToken),
        new Named(ARCHIVE, true, this::makeClassArchive),
        new Named(UNIT, this::startService),
        new Named("join", this::awaitJoined));
  }

  private Shell administrator(SshHost host, StepOutput output) {
    return new Shell(host, output, sudo);
  }

  private static Shell user(SshHost host, StepOutput output) {
    return new Shell(host, output, false);
  }

  private String becomeAdministrator(SshHost host, StepOutput output)
      throws StepException, IOException {
    sudo = !user(host, output).run("id -u").equals("0");
    if (sudo && administrator(host, output).end("true").status() != 0) {
      throw new StepException(
          "sudo does not work without a password: allow it while you bootstrap, by a line such as"
              + " 'USER ALL=(ALL) NOPASSWD: ALL' in /etc/sudoers.d, or give root@HOST");
    }
    return sudo ? "by sudo" : NOTHING;
  }

  private String checkJava(SshHost host, StepOutput output) throws StepException, IOException {
    if (distribution.hasJava()) {
      return "comes with the distribution";
    }
    String said =
        administrator(host, output)
            .run("java -version 2>&1; . /etc/os-release; echo \"os: $ID $ID_LIKE\"");
    Matcher version = JAVA_VERSION.matcher(said);
    if (version.find() && Integer.parseInt(version.group(1)) >= MIN_JAVA) {
      return NOTHING;
    }
    String os = said.substring(said.lastIndexOf("os: ") + 1);
    String how =
        JAVA_PACKAGES.keySet().stream()
            .filter(os::contains)
            .findFirst()
            .map(word -> ", with '" + JAVA_PACKAGES.get(word) + "'")
            .orElse("");
    throw new StepException("Java " + MIN_JAVA + " or later is needed: install it there" + how);
  }

  private String installDistribution(SshHost host, StepOutput output)
      throws StepException, IOException {
    String done =
        new DistributionCopy(distribution, STAGING)
            .install(host, user(host, output), administrator(host, output));
    return done.isEmpty() ? NOTHING : done;
  }

  /** Adds what is missing; what is there is kept. */
  private String writeSettings(SshHost host, StepOutput output) throws StepException, IOException {
    Shell shell = administrator(host, output);
    Map<String, String> wanted = new LinkedHashMap<>(node.settings());
    if (!wanted.containsKey(NodeSettings.SERVER_ADDRESS)) {
      wanted.put(NodeSettings.SERVER_ADDRESS, whereThisIs(host, output));
    }
    StringBuilder missing = new StringBuilder();
    for (Map.Entry<String, String> setting : wanted.entrySet()) {
      String key = setting.getKey();
      String there =
          shell
              .run("sed -n 's/^\\(zmq_\\)*" + key + ": *//p' " + CONFIG + " 2> /dev/null || :")
              .replace("\"", "")
              .strip();
      if (there.isEmpty()) {
        missing.append(key).append(": \"").append(setting.getValue()).append("\"\n");
      } else if (!there.equals(setting.getValue())) {
        throw new StepException(
            CONFIG
                + " says "
                + key
                + ": "
                + there
                + ", not "
                + setting.getValue()
                + "; it is kept: change it there, or give what it says");
      }
    }
    if (missing.isEmpty()) {
      return NOTHING;
    }
    shell.run(
        "set -e\numask 077\ntouch "
            + CHANGED
            + "\nmkdir -p "
            + ETC
            + "\nif [ -s "
            + CONFIG
            + " ] && [ -n \"$(tail -c 1 "
            + CONFIG
            + ")\" ]; then echo >> "
            + CONFIG
            + "; fi\ncat >> "
            + CONFIG
            + " << END\n"
            + missing
            + "END\n");
    return missing.toString().strip().replace("\n", ", ");
  }

  private static String whereThisIs(SshHost host, StepOutput output)
      throws StepException, IOException {
    String address = user(host, output).run("echo ${SSH_CONNECTION%% *}");
    if (host.isBehindAnother() || !ADDRESS.matcher(address).matches()) {
      throw new StepException("where the server is cannot be seen from here: give --server");
    }
    return address;
  }

  /** A node that is connected needs none; a token that is there may be of an earlier attempt. */
  private String writeToken(SshHost host, StepOutput output) throws StepException, IOException {
    Shell shell = administrator(host, output);
    if (shell.end("test -e " + KEY).status() == 0) {
      return "it has a shared key: nothing to do";
    }
    if (shell.end(PROGRAM + " client --status > /dev/null 2>&1").status() == 0) {
      return NOTHING;
    }
    String staged = STAGING + "/join_token";
    user(host, output).run("umask 077 && mkdir -p " + STAGING);
    byte[] content = (node.joinToken().get() + "\n").getBytes(StandardCharsets.UTF_8);
    host.put(new ByteArrayInputStream(content), staged, OWNER_ONLY);
    shell.run(
        """
        set -e
        trap 'rm -f %1$s' EXIT
        touch %4$s
        mkdir -p -m 0700 %3$s
        install -m 0600 -o 0 -g 0 %1$s %2$s
        """
            .formatted(staged, TOKEN, ETC, CHANGED));
    return "written, mode 0600";
  }

  private String writeKey(SshHost host, StepOutput output) throws StepException, IOException {
    String staged = STAGING + "/shared_key";
    user(host, output).run("umask 077 && mkdir -p " + STAGING);
    byte[] content = (node.sharedKey() + "\n").getBytes(StandardCharsets.UTF_8);
    host.put(new ByteArrayInputStream(content), staged, OWNER_ONLY);
    String found =
        administrator(host, output)
            .run(
                """
                set -e
                trap 'rm -f %1$s' EXIT
                if [ ! -e %2$s ]; then
                  touch %4$s
                  mkdir -p -m 0700 %3$s
                  install -m 0600 -o 0 -g 0 %1$s %2$s
                  echo new
                elif cmp -s %1$s %2$s; then
                  echo same
                else
                  echo other
                fi
                """
                    .formatted(staged, KEY, ETC, CHANGED));
    if (found.equals("other")) {
      throw new StepException(
          KEY + " is there, with another key; it is kept: remove it to have it replaced");
    }
    return found.equals("new") ? "written, mode 0600" : NOTHING;
  }

  /** A client that runs was started without it, or by another Java. */
  private String makeClassArchive(SshHost host, StepOutput output)
      throws StepException, IOException {
    Shell.Ended ended = administrator(host, output).end(ARCHIVER + " --if-needed");
    if (ended.status() != 0) {
      throw new StepException(
          "without it the client starts slowly and takes more memory; run this again, or '"
              + ARCHIVER
              + "' there, when what is said below is mended");
    }
    if (ended.said().isEmpty()) {
      return NOTHING;
    }
    administrator(host, output).run("touch " + CHANGED);
    return "made";
  }

  private String startService(SshHost host, StepOutput output) throws StepException, IOException {
    Shell shell = administrator(host, output);
    Shell.Ended ended = shell.end(PROGRAM + " client --install-unit --start");
    if (ended.status() != 0) {
      List<String> lines = ended.said().lines().toList();
      throw new StepException(
          lines.isEmpty() ? "exit status " + ended.status() : lines.get(lines.size() - 1));
    }
    boolean isStale =
        ended.said().contains("runs: ") && shell.end("test -e " + CHANGED).status() == 0;
    shell.run((isStale ? "systemctl restart " + UNIT + " && " : "") + "rm -f " + CHANGED);
    return isStale ? "restarted" : ended.said().contains("runs: ") ? NOTHING : "started";
  }

  /** Ends with {@link #NOT_RUNNING} if the service does not run. */
  static String awaitJoined(String program, String config, int tries) {
    return AWAIT_JOINED.formatted(program, config, tries, UNIT);
  }

  private String awaitJoined(SshHost host, StepOutput output) throws StepException, IOException {
    Shell.Ended ended = administrator(host, output).end(awaitJoined(PROGRAM, CONFIG, JOIN_TRIES));
    if (ended.status() == NOT_RUNNING) {
      throw new StepException(
          "its service does not run: the lines below, and 'journalctl -u "
              + UNIT
              + "' there, say why");
    }
    if (ended.status() != 0) {
      throw new StepException("it does not; 'directord client --diagnose' there says why");
    }
    if (node.joinToken() != null) {
      // The node has joined, so the token is not needed any more.
      administrator(host, output).run("rm -f " + TOKEN);
    }
    String identity = ended.said().lines().findFirst().orElse("");
    if (server == null) {
      return identity + " is connected";
    }
    boolean active =
        server.nodes().stream()
            .anyMatch(
                one -> one.identity().equals(identity) && one.state() == NodeView.State.ACTIVE);
    if (!active) {
      throw new StepException(
          identity + " is connected to a server, and is not active at the one of this machine");
    }
    return identity + " is active";
  }
}
