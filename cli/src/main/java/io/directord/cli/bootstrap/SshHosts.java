package io.directord.cli.bootstrap;

import io.directord.cli.console.Failure;
import io.directord.common.storage.IoErrors;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.auth.pubkey.UserAuthPublicKeyFactory;
import org.apache.sshd.client.config.hosts.ConfigFileHostEntryResolver;
import org.apache.sshd.client.config.hosts.HostConfigEntry;
import org.apache.sshd.client.config.hosts.HostConfigEntryResolver;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.AttributeRepository;
import org.apache.sshd.common.NamedResource;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.SshException;
import org.apache.sshd.common.keyprovider.FileKeyPairProvider;
import org.apache.sshd.common.keyprovider.KeyIdentityProvider;
import org.apache.sshd.common.util.io.PathUtils;
import org.apache.sshd.common.util.net.SshdSocketAddress;
import org.apache.sshd.common.util.security.SecurityUtils;
import org.apache.sshd.core.CoreModuleProperties;

/** Connects to hosts by SSH. Thread-safe. */
final class SshHosts implements AutoCloseable {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(30);
  private static final Duration AUTH_TIMEOUT = Duration.ofSeconds(60);

  /** A host that answers none of so many questions is gone. */
  private static final int MAX_UNANSWERED = 4;

  private static final Duration BETWEEN_QUESTIONS = Duration.ofSeconds(15);
  private static final List<String> KEY_FILES = List.of("id_ed25519", "id_ecdsa", "id_rsa");
  private static final String NO_JUMP = "none";

  private final SshOptions options;
  private final HostConfigEntryResolver config;
  private final Passphrases passphrases = new Passphrases();
  private final SshClient client = SshClient.setUpDefaultClient();

  /**
   * Reads the key file, if one is given.
   *
   * @throws Failure if it cannot be used
   */
  SshHosts(SshOptions options) throws Failure {
    this.options = options;
    PathUtils.setUserHomeFolderResolver(options::home);
    config = new ConfigFileHostEntryResolver(options.directory().resolve("config"));
    KnownHosts known =
        new KnownHosts(options.directory().resolve("known_hosts"), options.acceptNew());
    client.setServerKeyVerifier(known);
    client.addSessionListener(known);
    client.setHostConfigEntryResolver(HostConfigEntryResolver.EMPTY);
    client.setUserAuthFactories(List.of(UserAuthPublicKeyFactory.INSTANCE));
    client.setFilePasswordProvider(passphrases);
    client.setKeyIdentityProvider(keys());
    if (options.agent() != null && options.keyFile() == null) {
      client.setAgentFactory(SshAgentSocket.at(options.agent()));
    }
    CoreModuleProperties.IDLE_TIMEOUT.set(client, Duration.ZERO);
    CoreModuleProperties.HEARTBEAT_INTERVAL.set(client, BETWEEN_QUESTIONS);
    CoreModuleProperties.HEARTBEAT_NO_REPLY_MAX.set(client, MAX_UNANSWERED);
    client.start();
  }

  private KeyIdentityProvider keys() throws Failure {
    if (options.keyFile() != null) {
      try {
        return KeyIdentityProvider.wrapKeyPairs(read(options.keyFile()));
      } catch (IOException e) {
        throw Failure.file("bootstrap: the SSH key", e);
      }
    }
    FileKeyPairProvider usual =
        new FileKeyPairProvider(
            KEY_FILES.stream()
                .map(options.directory()::resolve)
                .filter(Files::isReadable)
                .toList());
    usual.setPasswordFinder(passphrases);
    return usual;
  }

  private Iterable<KeyPair> read(Path file) throws IOException {
    Iterable<KeyPair> pairs;
    try (InputStream in = Files.newInputStream(file)) {
      NamedResource name = file::toString;
      pairs = SecurityUtils.loadKeyPairIdentities(null, name, in, passphrases);
    } catch (GeneralSecurityException e) {
      throw new IOException(file + " is not a private key that can be used: " + e.getMessage(), e);
    }
    if (pairs == null) {
      throw new IOException(file + " is not a private key");
    }
    return pairs;
  }

  /** The address with user and port as {@code ~/.ssh/config} has them. */
  Address resolve(Address address) {
    HostConfigEntry entry;
    try {
      entry = entry(address);
    } catch (IOException e) {
      // Connecting to it fails for the same reason, and says so.
      entry = new HostConfigEntry("", address.host(), address.port(), address.user());
    }
    return new Address(address.name(), address.host(), port(entry), user(entry));
  }

  private static int port(HostConfigEntry entry) {
    return entry.getPort() > 0 ? entry.getPort() : Address.USUAL_PORT;
  }

  private static String user(HostConfigEntry entry) {
    String user = entry.getUsername();
    return user == null || user.isEmpty() ? System.getProperty("user.name") : user;
  }

  private HostConfigEntry entry(Address address) throws IOException {
    HostConfigEntry found =
        config.resolveEffectiveHost(
            address.host(), address.port(), null, address.user(), null, null);
    return found == null
        ? new HostConfigEntry("", address.host(), address.port(), address.user())
        : found;
  }

  /** Connects and authenticates. */
  SshHost connect(Address address) throws UnreachableException {
    List<ClientSession> sessions = new ArrayList<>();
    try {
      HostConfigEntry entry = entry(address);
      for (Address jump : jumps(entry.getProxyJump())) {
        sessions.add(0, session(entry(jump), sessions));
      }
      sessions.add(0, session(entry, sessions));
      return new SshHost(sessions);
    } catch (IOException e) {
      sessions.forEach(session -> session.close(true));
      throw new UnreachableException(why(e), e);
    } catch (UnreachableException e) {
      sessions.forEach(session -> session.close(true));
      throw e;
    } catch (IllegalArgumentException | IllegalStateException e) {
      // A wrong ~/.ssh/config, or the client was closed meanwhile.
      sessions.forEach(session -> session.close(true));
      throw new UnreachableException(e.getMessage(), e);
    }
  }

  private static List<Address> jumps(String written) {
    return written == null || written.isBlank() || written.equalsIgnoreCase(NO_JUMP)
        ? List.of()
        : Stream.of(written.split(",")).map(String::strip).map(Address::parse).toList();
  }

  /**
   * @param sessions to jump hosts, the last one first
   */
  private ClientSession session(HostConfigEntry entry, List<ClientSession> sessions)
      throws IOException, UnreachableException {
    SshdSocketAddress host = new SshdSocketAddress(entry.getHostName(), port(entry));
    SshdSocketAddress reached =
        sessions.isEmpty()
            ? host
            : sessions
                .get(0)
                .createLocalPortForwardingTracker(
                    new SshdSocketAddress(SshdSocketAddress.LOCALHOST_IPV4, 0), host)
                .getBoundAddress();
    if (new InetSocketAddress(reached.getHostName(), reached.getPort()).isUnresolved()) {
      throw new UnreachableException("its name " + reached.getHostName() + " is unknown", null);
    }
    HostConfigEntry direct =
        new HostConfigEntry("", reached.getHostName(), reached.getPort(), user(entry));
    if (options.keyFile() == null) {
      direct.setIdentities(entry.getIdentities());
      direct.setIdentitiesOnly(entry.isIdentitiesOnly());
    }
    KnownHosts.Check check = new KnownHosts.Check(host);
    ClientSession session =
        client
            .connect(direct, AttributeRepository.ofKeyValuePair(KnownHosts.CHECK, check), null)
            .verify(CONNECT_TIMEOUT)
            .getClientSession();
    try {
      session.auth().verify(AUTH_TIMEOUT);
      return session;
    } catch (IOException e) {
      session.close(true);
      throw new UnreachableException(refusal(check, user(entry), e), e);
    }
  }

  private String refusal(KnownHosts.Check check, String user, IOException e) {
    if (check.refusal() != null) {
      return check.refusal();
    }
    String keys =
        options.keyFile() == null
            ? (options.agent() == null ? "" : "the SSH agent's, ")
                + "IdentityFile of "
                + options.directory().resolve("config")
                + ", "
                + options.directory()
                + "/{"
                + String.join(",", KEY_FILES)
                + "}"
            : options.keyFile().toString();
    String why =
        e instanceof SshException ssh
                && ssh.getDisconnectCode()
                    == SshConstants.SSH2_DISCONNECT_NO_MORE_AUTH_METHODS_AVAILABLE
            ? "no key was accepted"
            : why(e);
    return "no access as " + user + ": " + why + " (keys: " + keys + passphrases.locked() + ")";
  }

  /** What MINA's exceptions are about is in what caused them. */
  private static String why(IOException e) {
    Throwable root = e;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root instanceof TimeoutException
        ? "no answer in time"
        : root instanceof IOException io ? IoErrors.say(io) : IoErrors.say(e);
  }

  /** Ends all connections, and the commands that run on them. */
  @Override
  public void close() {
    client.close(true);
  }
}
