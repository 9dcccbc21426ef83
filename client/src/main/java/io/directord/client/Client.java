package io.directord.client;

import io.directord.client.cache.NodeCache;
import io.directord.client.execution.Execution;
import io.directord.client.execution.JobVerbs;
import io.directord.client.execution.MachineFacts;
import io.directord.client.execution.Processes;
import io.directord.client.execution.RunAs;
import io.directord.client.execution.Secrets;
import io.directord.client.files.StagingNotes;
import io.directord.client.journal.Journal;
import io.directord.client.journal.JournalOpener;
import io.directord.client.lane.LaneSettings;
import io.directord.client.lane.Lanes;
import io.directord.client.link.Driver;
import io.directord.client.link.Link;
import io.directord.client.link.zeromq.ServerAddress;
import io.directord.client.process.ClientEnvironment;
import io.directord.client.process.ControlGroup;
import io.directord.client.process.ProcessTree;
import io.directord.client.process.SpareMemory;
import io.directord.client.process.Spawner;
import io.directord.common.config.Product;
import io.directord.common.config.Settings;
import io.directord.common.config.SettingsCheck;
import io.directord.common.security.JoinProof;
import io.directord.common.security.PrivateFiles;
import io.directord.common.storage.Boot;
import io.directord.common.storage.DirectoryLock;
import io.directord.common.storage.IoErrors;
import io.directord.common.tree.FingerprintStore;
import io.directord.common.validation.WrongSettingException;
import io.directord.common.wire.ClientFacts;
import io.directord.common.wire.Heartbeat;
import io.directord.common.wire.Identities;
import io.directord.common.wire.NodeTrouble;
import io.directord.verbs.Components;
import io.directord.verbs.external.ComponentDirectories;
import io.directord.verbs.external.Shipments;
import io.directord.zeromq.CryptoBox;
import io.directord.zeromq.NoSodiumException;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A node's client: wires, starts and stops all parts. Several may run in one process, with separate
 * directories.
 */
public final class Client implements AutoCloseable {
  private static final String LOCK = "lock";
  private static final Logger LOG = System.getLogger(Client.class.getName());
  private final Deque<AutoCloseable> parts = new ArrayDeque<>();
  private Link link;

  private Client() {}

  /**
   * Starts a client with the verbs that come with directord; it connects in the background.
   *
   * @param onDeath told the name of a thread that the client cannot do without, and why it died;
   *     ends the process
   * @throws ClientStartException if it cannot start; the message says what to do
   */
  public static Client start(Settings settings, BiConsumer<String, Throwable> onDeath)
      throws ClientStartException {
    Components components = Components.installed(ComponentDirectories.of(settings));
    Shipments shipments =
        new Shipments(directory(settings.get(Settings.STATE_PATH)).resolve("components"));
    return start(
        settings,
        components,
        NodeVerbs.of(components, shipments),
        NodeVerbs.capabilities(components),
        onDeath);
  }

  /**
   * @param components the verbs that settings may name
   * @param capabilities their description for the server
   */
  static Client start(
      Settings settings,
      Components components,
      JobVerbs verbs,
      Set<String> capabilities,
      BiConsumer<String, Throwable> onDeath)
      throws ClientStartException {
    Client client = new Client();
    try {
      client.open(settings, components, verbs, capabilities, onDeath);
      return client;
    } catch (WrongSettingException e) {
      client.close();
      throw new ClientStartException(settings.located(e), e);
    } catch (IOException | RuntimeException e) {
      client.close();
      throw new ClientStartException(
          e instanceof IOException io ? IoErrors.sayWhere(io) : e.getMessage(), e);
    } catch (ClientStartException e) {
      client.close();
      throw e;
    }
  }

  private void open(
      Settings settings,
      Components components,
      JobVerbs verbs,
      Set<String> capabilities,
      BiConsumer<String, Throwable> onDeath)
      throws IOException, ClientStartException {
    requireName(identity(settings));
    Veto veto = Veto.of(settings, components);
    RunAs runAs = veto.runAs();
    Clock clock = Clock.systemUTC();
    Path state = directory(directory(settings.get(Settings.STATE_PATH)), "state-path");
    Path cachePath = directory(settings.get(Settings.CACHE_PATH), "cache-path");
    DirectoryLock lock = own(DirectoryLock.take(state, LOCK, "directord client", "state-path"));
    ClientStatus status = new ClientStatus(state);
    // Left by a client that died.
    status.connected(false);
    chooseCrypto(settings, state);
    Joining joining = ServerKeys.joining(settings, state);
    ServerAddress server = ServerKeys.address(settings, joining, state);
    NodeCache cache = own(NodeCache.open(cachePath, clock));
    StagingNotes staging = own(StagingNotes.open(state.resolve("staging")));
    JournalOpener.Opened opened = JournalOpener.open(state, Boot.id(), clock);
    own(opened.journal());
    tellWhatIsGone(cache, cachePath, opened.isNew(), state);
    // Processes of jobs of a dead client must not run beside new jobs.
    String identity = identity(settings);
    ProcessTree.endLeft(identity, opened.interrupted());
    opened.interrupted().forEach(job -> ControlGroup.endLeft(identity, job));
    Driver driver = own(Drivers.of(settings, server, onDeath));
    link =
        own(
            new Link(
                new Link.Config(
                    driver,
                    heartbeats(
                        settings,
                        veto,
                        machineId ->
                            joining == null
                                ? null
                                : joining.proof(server.nodeKeys(), identity(settings), machineId),
                        capabilities,
                        opened.journal(),
                        List.of(
                            new Upkeep("its journal", true, opened.journal()::probe),
                            new Upkeep("its cache", false, cache::probe),
                            new Upkeep("its lock", false, lock::upkeep),
                            new Upkeep("its notes of files", false, staging::upkeep),
                            new Upkeep(
                                "its key",
                                false,
                                () -> ServerKeys.upkeep(settings, state, server)))),
                    settings.get(Settings.HEARTBEAT_INTERVAL),
                    clock,
                    System::nanoTime,
                    new LinkEvents(status, joining),
                    onDeath),
                opened.journal()));
    Spawner spawner = Spawner.of(ClientEnvironment.withoutSettings(), state);
    Processes processes = own(new Processes(identity(settings), spawner, runAs));
    Lanes lanes =
        own(
            new Lanes(
                new LaneSettings(
                    new Execution.Node(
                        identity(settings),
                        cache,
                        processes,
                        veto.over(link.content()),
                        staging,
                        FingerprintStore.in(cachePath),
                        new Secrets()),
                    opened.journal(),
                    veto.over(verbs, runAs),
                    LaneSettings.defaultAsyncLanes(),
                    clock,
                    System::nanoTime,
                    onDeath),
                link.answers(),
                SpareMemory::giveBack));
    lanes.add(opened.toRun());
    link.start(lanes);
    // Deriving the server's key took 32 MiB, which this process does not need any more.
    SpareMemory.giveBack();
    LOG.log(
        Level.INFO,
        "client {0} starts, its server is {1}",
        identity(settings),
        Drivers.place(settings, server));
  }

  private record LinkEvents(ClientStatus status, Joining joining) implements Link.Listener {
    @Override
    public void connected(boolean now) {
      status.connected(now);
    }

    @Override
    public void welcomed(List<String> joinKeys) {
      if (joining != null) {
        joining.welcomed(joinKeys);
      }
    }
  }

  /** Turns of the link to the server; asking makes it do one, connected or not. */
  public long turns() {
    return link.turns();
  }

  private static void chooseCrypto(Settings settings, Path state) throws WrongSettingException {
    String wanted = settings.get(Settings.CRYPTO);
    try {
      LOG.log(Level.INFO, CryptoBox.choose(wanted, state));
    } catch (NoSodiumException e) {
      throw new WrongSettingException(
          Settings.CRYPTO.name(), "crypto is " + wanted + ", but " + e.getMessage(), e);
    }
  }

  /** Both are missing if no client ever ran here. */
  private static void tellWhatIsGone(
      NodeCache cache, Path cachePath, boolean isJournalNew, Path state) {
    if (cache.isNew() && !isJournalNew) {
      LOG.log(
          Level.WARNING,
          "the cache is not in {0}, though this client ran before: it begins anew. Arguments and"
              + " variables are to be set again, and work that counted as done is done again",
          cachePath);
    } else if (isJournalNew && !cache.isNew()) {
      LOG.log(
          Level.WARNING,
          "the journal is not in {0}, though this client ran before: it begins anew. Jobs that had"
              + " been sent to this node and had not ended are reported as interrupted",
          state);
    }
  }

  /**
   * What a start looks at before it makes anything, except what another user or machine decides.
   *
   * @param components the verbs that this node knows
   */
  public static List<SettingsCheck> checks(Components components) {
    return List.of(
        settings -> {
          if (settings.isSet(Settings.IDENTITY)) {
            requireName(identity(settings));
          }
        },
        settings -> Veto.check(settings, components),
        ServerKeys::check);
  }

  private static void requireName(String identity) throws WrongSettingException {
    String error = Identities.error(identity).orElse(null);
    if (error != null) {
      throw new WrongSettingException(
          "identity",
          "the identity '" + identity + "' " + error + ": choose another one with --identity");
    }
  }

  /**
   * Stops the client: running jobs are ended as interrupted, queued ones run after the next start.
   */
  @Override
  public void close() {
    synchronized (parts) {
      while (!parts.isEmpty()) {
        try {
          parts.pop().close();
        } catch (Exception e) {
          LOG.log(Level.WARNING, "while the client stopped", e);
        }
      }
    }
  }

  private <T extends AutoCloseable> T own(T part) {
    parts.push(part);
    return part;
  }

  /** The client's own part of the state directory, which it may share with a server. */
  static Path directory(Path stateDirectory) {
    return stateDirectory.resolve("client");
  }

  static String identity(Settings settings) {
    return settings.find(Settings.IDENTITY).orElseGet(HostFacts::hostName);
  }

  private static Supplier<Heartbeat> heartbeats(
      Settings settings,
      Veto veto,
      Function<String, JoinProof> proof,
      Set<String> capabilities,
      Journal journal,
      List<Upkeep> upkeep) {
    String identity = identity(settings);
    String machineId =
        settings.find(Settings.MACHINE_ID).orElseGet(() -> HostFacts.machineId(identity));
    UUID session = UUID.randomUUID();
    long start = System.nanoTime();
    return () -> {
      NodeTrouble trouble = Upkeep.trouble(upkeep);
      return new Heartbeat(
          identity,
          new ClientFacts(
              Product.version(),
              HostFacts.uptime(),
              Duration.ofNanos(System.nanoTime() - start),
              machineId,
              settings.get(Settings.DRIVER),
              trouble,
              proof.apply(machineId)),
          Heartbeat.PROTOCOL,
          session,
          capabilities,
          journal.state(),
          MachineFacts.attributes(
              settings.get(Settings.LABELS), HostFacts.isContainer(), veto.facts()));
    };
  }

  private static Path directory(Path directory, String setting) throws ClientStartException {
    try {
      PrivateFiles.claimDirectory(directory, Set.of(LOCK))
          .ifPresent(open -> LOG.log(Level.WARNING, open));
      if (!Files.isWritable(directory)) {
        throw new IOException("it cannot be written to");
      }
      return directory;
    } catch (IOException e) {
      throw new ClientStartException(
          "the directory "
              + directory
              + " cannot be used: "
              + IoErrors.sayWhere(e)
              + ". Choose another one with --"
              + setting,
          e);
    }
  }
}
