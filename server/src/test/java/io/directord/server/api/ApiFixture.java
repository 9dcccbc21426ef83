package io.directord.server.api;

import io.directord.common.api.ServerConnection;
import io.directord.common.config.RoleSettings;
import io.directord.common.loop.LoopThread;
import io.directord.common.security.ServerCertificate;
import io.directord.common.target.TargetGroups;
import io.directord.server.access.Access;
import io.directord.server.access.Authorizer;
import io.directord.server.access.Roles;
import io.directord.server.audit.AuditLimits;
import io.directord.server.audit.AuditLog;
import io.directord.server.backup.Backups;
import io.directord.server.content.ContentCopies;
import io.directord.server.content.ContentStore;
import io.directord.server.content.FetchedStore;
import io.directord.server.content.Intakes;
import io.directord.server.content.StoredContents;
import io.directord.server.content.Trees;
import io.directord.server.hook.IncomingHooks;
import io.directord.server.link.OpenFiles;
import io.directord.server.memory.MemoryBudget;
import io.directord.server.store.JobStore;
import io.directord.server.store.MemoryStore;
import io.directord.server.store.StoreWriter;
import io.directord.server.time.Clocks;
import io.directord.verbs.Components;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;

/** A server at a socket in a directory, with a dispatcher that the test controls. */
public final class ApiFixture implements AutoCloseable {
  /** What the server believes to have for its heap. */
  private static final long MEMORY = 256L << 20;

  public final FakeDispatch dispatch = new FakeDispatch();
  static final ApiLimits LIMITS = ApiLimits.of(OpenFiles.ofThisProcess());

  final Path socket;
  public final ContentStore contents;
  final FetchedStore fetched;
  final ApiServer server;
  private final AuditLog audit;
  private final Backups backups;
  private final LoopThread writer;
  final ServerConnection connection;
  final MemoryBudget memory;

  public ApiFixture(Path directory) throws IOException {
    this(directory, LIMITS);
  }

  /** A server that other machines may use too, at a port of the loopback address. */
  static ApiFixture remote(Path directory, ApiLimits limits) throws IOException {
    return remote(directory, limits, new IncomingHooks());
  }

  /** Likewise, with hooks that can be started. */
  static ApiFixture remote(Path directory, ApiLimits limits, IncomingHooks hooks)
      throws IOException {
    return new ApiFixture(
        directory,
        limits,
        new MemoryBudget(MEMORY),
        Authorizer.byRights(),
        new RemoteConfig(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            ServerCertificate.madeIn(directory, "localhost")),
        hooks);
  }

  ApiFixture(Path directory, ApiLimits limits) throws IOException {
    this(directory, limits, new MemoryBudget(MEMORY));
  }

  /** A server that has so little memory for everything. */
  ApiFixture(Path directory, ApiLimits limits, MemoryBudget memory) throws IOException {
    this(directory, limits, memory, Authorizer.byRights(), null);
  }

  private ApiFixture(
      Path directory,
      ApiLimits limits,
      MemoryBudget memory,
      Authorizer authorizer,
      RemoteConfig remote)
      throws IOException {
    this(directory, limits, memory, authorizer, remote, new IncomingHooks());
  }

  private ApiFixture(
      Path directory,
      ApiLimits limits,
      MemoryBudget memory,
      Authorizer authorizer,
      RemoteConfig remote,
      IncomingHooks hooks)
      throws IOException {
    this.memory = memory;
    socket = directory.resolve("directord.sock");
    StoredContents stored = contents(directory);
    contents = stored.delivered();
    fetched = stored.fetched();
    ApiConfig config = config(socket, memory, authorizer, remote, hooks);
    audit = config.access().audit();
    JobStore store = new MemoryStore();
    StoreWriter<Object> committing =
        new StoreWriter<>(store, Clocks.ofMachine(Clock.systemUTC()), all -> {}, () -> {});
    writer = LoopThread.start("writer", committing, (name, why) -> {});
    Path state = Files.createDirectories(directory.resolve("state"));
    backups =
        new Backups(
            state,
            store,
            committing,
            new ContentCopies(contents, stored.trees()),
            () -> SampleViews.NOW);
    server = ApiServer.start(config, limits, dispatch, stored, backups);
    connection = new ServerConnection(socket);
  }

  static StoredContents contents(Path directory) throws IOException {
    FetchedStore fetched = FetchedStore.open(directory.resolve("fetched"));
    Intakes intakes = new Intakes(fetched, why -> {});
    ContentStore delivered = ContentStore.open(directory.resolve("contents"), new byte[32]);
    return new StoredContents(delivered, new Trees(delivered), fetched, intakes);
  }

  /** A server that decides so what callers may do. */
  public static ApiFixture with(Path directory, Authorizer authorizer) throws IOException {
    return new ApiFixture(directory, LIMITS, new MemoryBudget(MEMORY), authorizer, null);
  }

  /** A server that waits for a peer for two seconds. */
  public static ApiFixture withLittleTime(Path directory) throws IOException {
    return new ApiFixture(directory, impatient());
  }

  static ApiConfig config(Path socket) {
    return config(
        socket, new MemoryBudget(MEMORY), Authorizer.byRights(), null, new IncomingHooks());
  }

  private static ApiConfig config(
      Path socket,
      MemoryBudget memory,
      Authorizer authorizer,
      RemoteConfig remote,
      IncomingHooks hooks) {
    return new ApiConfig(
        new ApiAddresses(socket, null, remote),
        Components.installed(List.of(socket.resolveSibling("components"))),
        new ServerRole("1.2.3", () -> null, () -> null),
        () -> SampleViews.NOW,
        memory,
        new Access(
            authorizer,
            new Roles(RoleSettings.NONE, TargetGroups.NONE),
            audit(socket.resolveSibling("audit"))),
        hooks);
  }

  static AuditLog audit(Path directory) {
    try {
      return AuditLog.open(
          directory,
          new AuditLimits(1 << 24, 50, Duration.ZERO),
          () -> SampleViews.NOW,
          (name, why) -> {});
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A megabyte. */
  static MemoryBudget littleMemory() {
    return new MemoryBudget(1_000_000);
  }

  /** Little of everything. */
  static ApiLimits tight() {
    return tight(Duration.ofMinutes(2), Duration.ofMinutes(2));
  }

  /** Little of everything, time for peers included. */
  static ApiLimits impatient() {
    return tight(Duration.ofSeconds(2), Duration.ofMinutes(2));
  }

  /**
   * Little of everything, time for the dispatcher included, which may be slow on a busy machine.
   */
  static ApiLimits hasty() {
    return tight(Duration.ofMinutes(2), Duration.ofMillis(500));
  }

  private static ApiLimits tight(Duration tick, Duration answer) {
    return new ApiLimits(8, 1000, 2000, tick, answer);
  }

  public RawHttp raw() throws IOException {
    return new RawHttp(socket);
  }

  String ask(String head) throws IOException {
    return ask(head, "");
  }

  /** The whole answer to a request on a connection of its own. */
  String ask(String head, String body) throws IOException {
    try (RawHttp http = raw()) {
      return http.send(head + "\r\nHost: localhost\r\nConnection: close\r\n\r\n" + body).readAll();
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    backups.close();
    writer.close();
    audit.close();
  }
}
