package io.directord.client;

import io.directord.client.Finding.Kind;
import io.directord.client.link.Driver;
import io.directord.client.link.Question;
import io.directord.client.link.zeromq.PortProbe;
import io.directord.client.link.zeromq.ServerAddress;
import io.directord.common.config.ClassArchive;
import io.directord.common.config.NatsServers;
import io.directord.common.config.Product;
import io.directord.common.config.Settings;
import io.directord.common.storage.IoErrors;
import io.directord.common.validation.WrongSettingException;
import io.directord.common.wire.Heartbeat;
import io.directord.common.wire.Identities;
import io.directord.common.wire.NodeMessage;
import io.directord.common.wire.ServerMessage;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Finds out why a client does not join, one thing after the other, by trying each. It changes
 * nothing here or at the server: it does not enrol, and a client that runs goes on.
 */
public final class Diagnosis {
  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final Duration CLOCK = Duration.ofSeconds(5);
  private static final String KEY = "key";
  private static final String JOB_PORT = "job port";
  private static final String BROKER = "broker";

  /** The mechanism of a connection that is not encrypted. */
  private static final String NONE = "NULL";

  private final Settings settings;
  private final Consumer<Finding> found;
  private final String identity;
  private boolean isWrong;

  /** Null if this node has a shared key. */
  private Joining joining;

  private Diagnosis(Settings settings, Consumer<Finding> found) {
    this.settings = settings;
    this.found = found;
    this.identity = Client.identity(settings);
  }

  /**
   * Looks for everything.
   *
   * @param found told each finding as soon as it is made, on this thread
   * @return whether nothing is wrong
   */
  public static boolean run(Settings settings, Consumer<Finding> found) {
    Diagnosis diagnosis = new Diagnosis(settings, found);
    diagnosis.run();
    return !diagnosis.isWrong;
  }

  private void run() {
    Optional<String> error = Identities.error(identity);
    tell(
        error.isEmpty()
            ? Finding.ok("identity", "this node is " + identity)
            : Finding.wrong(
                "identity",
                "the identity " + identity + " " + error.get(),
                "choose another one with --identity"));
    Path state = Client.directory(settings.get(Settings.STATE_PATH));
    StateCheck.of(state).forEach(this::tell);
    tell(StateCheck.ofCache(settings.get(Settings.CACHE_PATH)));
    LimitsCheck.of(settings.get(Settings.STATE_PATH)).forEach(this::tell);
    ClassArchive.unused().ifPresent(slow -> tell(Finding.warning("start", slow, "")));
    List<InetAddress> addresses = addresses();
    ServerAddress server = addresses.isEmpty() ? null : keys(state);
    if (server != null) {
      ask(server, addresses);
    }
  }

  private void tell(Finding finding) {
    isWrong |= finding.kind() == Kind.WRONG;
    found.accept(finding);
  }

  /** Of the server; of the broker where one stands in between. */
  private List<InetAddress> addresses() {
    try {
      if (!Drivers.isNats(settings)) {
        return addresses(settings.serverAddresses(), "--server-address");
      }
      return addresses(NatsServers.of(settings).hosts(), "--nats-server");
    } catch (WrongSettingException e) {
      tell(Finding.wrong("driver", settings.located(e), "set it as it says"));
      return List.of();
    }
  }

  /** One name that can be resolved is enough. */
  private List<InetAddress> addresses(List<String> hosts, String option) {
    List<InetAddress> all = new ArrayList<>();
    for (String host : hosts) {
      try {
        List<InetAddress> found = List.of(InetAddress.getAllByName(host));
        List<String> shown = found.stream().map(InetAddress::getHostAddress).toList();
        tell(
            Finding.ok(
                "name",
                shown.equals(List.of(host))
                    ? host + " is an address"
                    : host + " is " + String.join(", ", shown)));
        all.addAll(found);
      } catch (UnknownHostException e) {
        Finding unknown =
            Finding.wrong(
                "name",
                host + " has no address here",
                "correct " + option + ", or the machine's DNS or /etc/hosts");
        tell(hosts.size() == 1 ? unknown : unknown.asWarning());
      }
    }
    if (all.isEmpty() && hosts.size() > 1) {
      tell(Finding.wrong("name", "no server's name has an address", "see above"));
    }
    return all;
  }

  /**
   * Whether a port is a server's at one address of its name; the other addresses may be of another
   * machine.
   */
  private boolean ports(
      String check, List<InetAddress> addresses, int port, String mechanism, String hint) {
    boolean good = false;
    for (InetAddress address : addresses) {
      Finding finding = port(check, address, port, mechanism, hint);
      good |= finding.kind() == Kind.OK;
      tell(finding.kind() == Kind.OK || addresses.size() == 1 ? finding : finding.asWarning());
    }
    if (!good && addresses.size() > 1) {
      tell(Finding.wrong(check, "no address of the name can be used", "see above"));
    }
    return good;
  }

  private static Finding port(
      String check, InetAddress address, int port, String mechanism, String hint) {
    String place = address.getHostAddress() + ":" + port;
    PortProbe.Answer answer = PortProbe.at(address, port, mechanism, TIMEOUT);
    if (answer instanceof PortProbe.ZeroMq) {
      return Finding.ok(check, place + " speaks ZeroMQ");
    }
    if (answer instanceof PortProbe.OtherMechanism other) {
      return Finding.wrong(
          check,
          place
              + " speaks ZeroMQ, "
              + (other.mechanism().isEmpty() ? "" : "with " + other.mechanism() + ", ")
              + "not with "
              + mechanism
              + " as expected",
          "see that it is not a port for the original's clients, and --insecure is given on both sides"
              + " or on none; and that "
              + hint);
    }
    if (answer instanceof PortProbe.Other other) {
      return Finding.wrong(
          check,
          place + " is not a port of a directord server: it says '" + other.beginning() + "'",
          "see that " + hint);
    }
    if (answer instanceof PortProbe.Mute) {
      return Finding.wrong(
          check,
          place + " takes connections and says nothing, or ends them at once",
          "see whether the server hangs, or something stands in between; and that " + hint);
    }
    if (answer instanceof PortProbe.Closed) {
      return Finding.wrong(
          check,
          "nothing listens at " + place,
          "start the server there, or let it listen with --bind-address; see that " + hint);
    }
    if (answer instanceof PortProbe.Silent) {
      return Finding.wrong(
          check,
          place + " does not answer within " + TIMEOUT.toSeconds() + " s",
          "see whether the machine is up, and a firewall lets TCP port " + port + " through");
    }
    return Finding.wrong(
        check,
        place + " cannot be reached: " + ((PortProbe.Unreachable) answer).why(),
        "see to the network, and that " + hint);
  }

  private ServerAddress keys(Path state) {
    try {
      joining = ServerKeys.joining(settings, state);
      return ServerKeys.addressToAsk(settings, joining, state);
    } catch (WrongSettingException e) {
      tell(Finding.wrong(KEY, settings.located(e), "set it as it says"));
    } catch (IOException | RuntimeException e) {
      String why = e instanceof IOException io ? IoErrors.sayWhere(io) : e.getMessage();
      tell(
          Finding.wrong(
              KEY, "the keys cannot be read: " + why, "give this command as the client's user"));
    }
    return null;
  }

  /**
   * The job port is looked at only where the server has not answered: a connection to it that does
   * not go on to join is one of a client that was refused, for the server.
   */
  private void ask(ServerAddress server, List<InetAddress> addresses) {
    String machine =
        settings.find(Settings.MACHINE_ID).orElseGet(() -> HostFacts.machineId(identity));
    var inquiry =
        new NodeMessage.Inquiry(
            identity,
            machine,
            Heartbeat.PROTOCOL,
            Product.version(),
            joining == null ? null : joining.proof(server.nodeKeys(), identity, machine));
    Question.Answer answer;
    try (Driver driver = Drivers.of(settings, server, (thread, e) -> {})) {
      answer = Question.ask(driver, inquiry);
    } catch (WrongSettingException e) {
      tell(Finding.wrong("driver", settings.located(e), "set it as it says"));
      return;
    }
    Instant now = Instant.now();
    boolean isNats = settings.hasDriver(Settings.NATS);
    if (!answer.connected() && isNats) {
      tell(
          Finding.wrong(
              BROKER,
              trouble(answer),
              "see that --nats-server, --nats-prefix and the shared key are the server's, that its"
                  + " driver is nats too, and what its 'directord manage --list-refused' says"));
      return;
    }
    if (!answer.connected()) {
      boolean isServer =
          ports(
              JOB_PORT,
              addresses,
              server.jobPort(),
              settings.get(Settings.INSECURE) ? NONE : "CURVE",
              "--server-address and --job-port are the server's");
      if (!isServer) {
        return;
      }
      tell(
          Finding.wrong(
              KEY,
              trouble(answer),
              (joining == null
                      ? "give this node the server's shared key"
                      : "give this node a new join token of the server")
                  + ", and see in its 'directord manage --list-refused' what it says"));
      return;
    }
    if (!isNats) {
      tell(Finding.ok(JOB_PORT, "a server answers at " + server));
    } else if (answer.trouble().isEmpty()) {
      tell(Finding.ok(BROKER, "a server answers over the broker"));
    } else {
      tell(
          Finding.warning(
              BROKER,
              "a server answers over the broker, but " + trouble(answer),
              "mend that at the broker"));
    }
    tell(
        Finding.ok(
            KEY,
            joining == null
                ? "the server accepts the shared key"
                : "the server is the one of the join token"));
    ServerMessage.Verdict verdict = answer.verdict();
    if (verdict == null) {
      tell(
          Finding.warning(
              "joining",
              "the server does not say whether this node may join; it may be older than that",
              "see 'directord manage --list-refused', or --list-nodes, at the server"));
      return;
    }
    judged(verdict, addresses, now, answer.roundtrip());
  }

  private static String trouble(Question.Answer answer) {
    return answer.trouble().isEmpty()
        ? "the server does not answer"
        : answer.trouble().stream()
            .map(text -> text.replace("; trying on", ""))
            .collect(Collectors.joining("; "));
  }

  private void judged(
      ServerMessage.Verdict verdict, List<InetAddress> addresses, Instant now, Duration roundtrip) {
    tell(
        verdict.refusal() == null
            ? Finding.ok(
                "joining",
                verdict.enrolled()
                    ? "the server knows this node by this key"
                    : "the server does not know this node yet, and would enrol it")
            : Finding.wrong("joining", "the server refuses this node", verdict.refusal()));
    boolean same = verdict.version().equals(Product.version());
    tell(
        same
            ? Finding.ok("version", "both are of version " + Product.version())
            : Finding.warning(
                "version",
                "this is version " + Product.version() + ", the server " + verdict.version(),
                "install the same on both when convenient"));
    if (!settings.hasDriver(Settings.NATS)) {
      // What is sent there is sealed by itself.
      ports(
          "content port",
          addresses,
          verdict.contentPort(),
          NONE,
          "the server's second port is open too");
    }
    Duration ahead = Duration.between(verdict.time(), now.minus(roundtrip.dividedBy(2)));
    tell(
        ahead.abs().compareTo(CLOCK.plus(roundtrip)) <= 0
            ? Finding.ok("clock", "the clocks agree")
            : Finding.warning(
                "clock",
                "this machine's clock is "
                    + ahead.abs().toSeconds()
                    + " s "
                    + (ahead.isNegative() ? "behind" : "ahead of")
                    + " the server's, so the times of results are wrong by that",
                "have both set by NTP"));
  }
}
