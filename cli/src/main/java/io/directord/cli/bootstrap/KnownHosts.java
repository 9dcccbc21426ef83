package io.directord.cli.bootstrap;

import io.directord.common.storage.IoErrors;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.sshd.client.config.hosts.KnownHostEntry;
import org.apache.sshd.client.config.hosts.KnownHostHashValue;
import org.apache.sshd.client.keyverifier.KnownHostsServerKeyVerifier;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.AttributeRepository.AttributeKey;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.apache.sshd.common.kex.KexProposalOption;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.session.SessionListener;
import org.apache.sshd.common.util.net.SshdSocketAddress;

/**
 * Checks the keys of hosts against {@code known_hosts}. An unknown one is refused, or noted if that
 * was asked for; a changed one is always refused. {@link Check} says why. Thread-safe.
 */
final class KnownHosts extends KnownHostsServerKeyVerifier implements SessionListener {
  /** In the context of every connection. */
  static final AttributeKey<Check> CHECK = new AttributeKey<>();

  private static final Path OF_SYSTEM = Path.of("/etc/ssh/ssh_known_hosts");

  private final boolean acceptNew;

  /** The check of one connection. */
  static final class Check {
    private final SshdSocketAddress host;
    private volatile String refusal;

    /**
     * @param host that the connection is to, also where it goes through another one
     */
    Check(SshdSocketAddress host) {
      this.host = host;
    }

    /** Why the host's key was refused; null if it was not. */
    String refusal() {
      return refusal;
    }
  }

  KnownHosts(Path file, boolean acceptNew) {
    super((session, address, key) -> false, file);
    this.acceptNew = acceptNew;
  }

  @Override
  protected List<HostEntryPair> reloadKnownHosts(ClientSession session, Path file)
      throws IOException, GeneralSecurityException {
    List<HostEntryPair> all = new ArrayList<>();
    for (Path one : List.of(file, OF_SYSTEM)) {
      if (Files.exists(one)) {
        all.addAll(super.reloadKnownHosts(session, one));
      }
    }
    return all;
  }

  @Override
  protected Collection<SshdSocketAddress> resolveHostNetworkIdentities(
      ClientSession session, SocketAddress remote) {
    return List.of(host(session));
  }

  @Override
  protected boolean acceptUnknownHostKey(
      ClientSession session, SocketAddress remote, PublicKey key) {
    if (!acceptNew) {
      return refuse(
          session,
          "its key is not known: "
              + described(key)
              + "; compare that with the host's own, and give --accept-new to trust it");
    }
    try {
      note(host(session), key);
      return true;
    } catch (IOException e) {
      return refuse(session, getPath() + " cannot be written: " + IoErrors.say(e));
    }
  }

  @Override
  public boolean acceptModifiedServerKey(
      ClientSession session,
      SocketAddress remote,
      KnownHostEntry entry,
      PublicKey expected,
      PublicKey actual) {
    SshdSocketAddress host = host(session);
    return refuse(
        session,
        "its key has changed: "
            + described(actual)
            + " is not what stands in "
            + line(entry)
            + ". Somebody may be posing as this host; if it was reinstalled, remove the old key with"
            + " ssh-keygen -R '"
            + pattern(host)
            + "'");
  }

  @Override
  protected void handleRevokedKey(ClientSession session, SocketAddress remote, PublicKey key) {
    refuse(session, "its key is marked as revoked: " + described(key));
  }

  /** Asks for a key of a kind that is known, since a host has several. */
  @Override
  public void sessionNegotiationOptionsCreated(
      Session session, Map<KexProposalOption, String> proposal) {
    SshdSocketAddress host = host((ClientSession) session);
    Set<String> known =
        entries().stream()
            .filter(entry -> entry.isHostMatch(host.getHostName(), host.getPort()))
            .map(entry -> entry.getKeyEntry().getKeyType())
            .collect(Collectors.toSet());
    proposal.computeIfPresent(
        KexProposalOption.SERVERKEYS,
        (option, algorithms) ->
            Arrays.stream(algorithms.split(","))
                .sorted(
                    Comparator.comparing(
                        algorithm -> !known.contains(KeyUtils.getCanonicalKeyType(algorithm))))
                .collect(Collectors.joining(",")));
  }

  private List<KnownHostEntry> entries() {
    List<KnownHostEntry> all = new ArrayList<>();
    try {
      for (Path file : List.of(getPath(), OF_SYSTEM)) {
        if (Files.exists(file)) {
          all.addAll(KnownHostEntry.readKnownHostEntries(file));
        }
      }
    } catch (IOException e) {
      // The check itself fails for the same reason, and says so.
      return List.of();
    }
    return all;
  }

  private static SshdSocketAddress host(ClientSession session) {
    return check(session).host;
  }

  private static Check check(ClientSession session) {
    return session.getConnectionContext().getAttribute(CHECK);
  }

  private static boolean refuse(ClientSession session, String why) {
    check(session).refusal = why;
    return false;
  }

  private static String described(PublicKey key) {
    return KeyUtils.getKeyType(key) + " " + KeyUtils.getFingerPrint(key);
  }

  private static String pattern(SshdSocketAddress host) {
    return KnownHostHashValue.createHostPattern(host.getHostName(), host.getPort());
  }

  /** Where the entry is written, as file:line. */
  private String line(KnownHostEntry entry) {
    for (Path file : List.of(getPath(), OF_SYSTEM)) {
      try {
        List<String> lines = Files.exists(file) ? Files.readAllLines(file) : List.of();
        for (int at = 0; at < lines.size(); at++) {
          if (lines.get(at).strip().startsWith(entry.getConfigLine())) {
            return file + ":" + (at + 1);
          }
        }
      } catch (IOException e) {
        return file.toString();
      }
    }
    return getPath().toString();
  }

  private void note(SshdSocketAddress host, PublicKey key) throws IOException {
    String line = pattern(host) + " " + PublicKeyEntry.toString(key) + "\n";
    synchronized (updateLock) {
      Path file = getPath();
      if (!Files.isDirectory(file.getParent())) {
        Files.createDirectories(
            file.getParent(),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      }
      byte[] old = Files.exists(file) ? Files.readAllBytes(file) : new byte[0];
      boolean isWhole = old.length == 0 || old[old.length - 1] == '\n';
      Files.write(
          file,
          ((isWhole ? "" : "\n") + line).getBytes(StandardCharsets.UTF_8),
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
      resetReloadAttributes();
    }
  }
}
