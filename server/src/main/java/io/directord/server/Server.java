package io.directord.server;

import io.directord.common.config.Product;
import io.directord.common.config.RoleSettings;
import io.directord.common.config.Settings;
import io.directord.common.loop.LoopThread;
import io.directord.common.validation.ValidationError;
import io.directord.common.validation.WrongSettingException;
import io.directord.common.wire.ServerMessage;
import io.directord.server.access.Access;
import io.directord.server.access.Authorizer;
import io.directord.server.access.Roles;
import io.directord.server.api.ApiAddresses;
import io.directord.server.api.ApiConfig;
import io.directord.server.api.ApiServer;
import io.directord.server.audit.AuditLog;
import io.directord.server.content.ContentKeeper;
import io.directord.server.content.ContentStore;
import io.directord.server.content.Deliveries;
import io.directord.server.content.FetchedStore;
import io.directord.server.content.Intakes;
import io.directord.server.content.StoredContents;
import io.directord.server.content.Trees;
import io.directord.server.dispatch.DispatchLimits;
import io.directord.server.dispatch.Dispatcher;
import io.directord.server.link.OpenFiles;
import io.directord.server.link.Refusals;
import io.directord.server.link.Transport;
import io.directord.server.link.TransportProvider;
import io.directord.server.link.Transports;
import io.directord.server.link.nats.NatsTransport;
import io.directord.server.link.zeromq.ZeroMqTransport;
import io.directord.server.memory.MemoryBudget;
import io.directord.server.memory.ResultMemory;
import io.directord.server.store.JobStore;
import io.directord.server.store.StoreException;
import io.directord.server.time.Clocks;
import io.directord.verbs.Components;
import io.directord.verbs.external.ComponentDirectories;
import io.directord.zeromq.CryptoBox;
import io.directord.zeromq.NoSodiumException;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Clock;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.Collectors;

/**
 * A running server: creates, starts and stops all its parts. {@link #start} returns when nodes can
 * join and the API answers.
 */
public final class Server implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Server.class.getName());
  private static final String CONTENT_DIRECTORY = "content";
  private static final String AUDIT_DIRECTORY = "audit";
  private static final String FETCHED_DIRECTORY = "fetched";

  private final Crew crew = new Crew();
  private final Deque<Step> undo = new ArrayDeque<>();
  private final MemoryBudget memory = MemoryBudget.ofThisProcess();
  private ContentStore contents;
  private Trees trees;
  private FetchedStore fetched;
  private Intakes intakes;
  private Roles roles;
  private Dispatcher dispatcher;
  private LoopThread decides;
  private final List<Transport> transports = new ArrayList<>();
  private ZeroMqTransport nodes;
  private final List<String> places = new ArrayList<>();

  /** A step of stopping. */
  private interface Step {
    void run() throws IOException;
  }

  private Server() {}

  /**
   * Starts a server.
   *
   * @throws CannotStartException if a port, the store or a key is not available; nothing is left
   *     running
   */
  public static Server start(Settings settings) throws CannotStartException {
    Server server = new Server();
    boolean started = false;
    try {
      server.open(settings, Clock.systemUTC());
      started = true;
      return server;
    } catch (WrongSettingException e) {
      throw new CannotStartException(settings.located(e), e);
    } catch (IOException | StoreException e) {
      throw new CannotStartException(e);
    } finally {
      if (!started) {
        server.close();
      }
    }
  }

  private void open(Settings settings, InstantSource clock)
      throws IOException, CannotStartException {
    settings.requireDifferentPorts();
    StateDirectory directory = StateDirectory.claim(settings.get(Settings.STATE_PATH));
    undo.push(directory::close);
    chooseCrypto(settings);
    JobStore store = Stores.open(settings);
    undo.push(store::close);
    OpenFiles.ofThisProcess()
        .warning(store.nodes().size())
        .ifPresent(text -> LOG.log(Level.WARNING, text));
    Admittance admittance = Admittance.of(settings, !store.nodes().isEmpty());
    Deliveries deliveries = openContents(settings.get(Settings.STATE_PATH), admittance);
    ResultMemory results = new ResultMemory(memory);
    Refusals refusals = new Refusals(clock);
    bind(settings, admittance, deliveries, results, refusals, clock);
    DispatchLimits limits = DispatchLimits.of(settings);
    ServerMessage.Welcome welcome =
        new ServerMessage.Welcome(
            Product.version(), limits.heartbeatInterval(), contentPort(settings));
    dispatcher =
        new Dispatcher(
            store,
            new Transports(),
            deliveries,
            limits,
            welcome,
            results,
            refusals,
            Clocks.ofMachine(clock));
    startThreads();
    startKeeper(deliveries);
    startApi(settings, clock);
    LOG.log(
        Level.INFO,
        "directord {0} serves nodes at {1}; jobs are kept in {2}",
        Product.version(),
        String.join(" and ", places),
        store.location());
  }

  /** Over a broker contents have no port, and nodes take 0 for a server that was never reached. */
  private int contentPort(Settings settings) {
    return nodes == null ? settings.get(Settings.BACKEND_PORT) : nodes.contentPort();
  }

  private static void chooseCrypto(Settings settings) throws WrongSettingException {
    String wanted = settings.get(Settings.CRYPTO);
    try {
      LOG.log(Level.INFO, CryptoBox.choose(wanted, settings.get(Settings.STATE_PATH)));
    } catch (NoSodiumException e) {
      throw new WrongSettingException(
          Settings.CRYPTO.name(), "crypto is " + wanted + ", but " + e.getMessage(), e);
    }
  }

  private Deliveries openContents(Path stateDirectory, Admittance admittance) throws IOException {
    contents =
        ContentStore.open(stateDirectory.resolve(CONTENT_DIRECTORY), admittance.keepingKey());
    fetched = FetchedStore.open(stateDirectory.resolve(FETCHED_DIRECTORY));
    intakes = new Intakes(fetched, why -> crew.died("content intake", why));
    Deliveries deliveries =
        new Deliveries(
            contents,
            intakes,
            memory.share(MemoryBudget.Use.TRANSFERS),
            why -> crew.died("content reader", why));
    undo.push(deliveries::close);
    trees = deliveries.trees();
    return deliveries;
  }

  private void bind(
      Settings settings,
      Admittance admittance,
      Deliveries deliveries,
      ResultMemory results,
      Refusals refusals,
      InstantSource clock)
      throws IOException {
    var context =
        new TransportProvider.Context(
            admittance.address(),
            admittance.sharedKey(),
            deliveries,
            results,
            refusals,
            clock,
            crew);
    undo.push(() -> transports.forEach(Transport::close));
    if (settings.hasDriver(Settings.ZEROMQ)) {
      nodes = ZeroMqTransport.open(settings, context, admittance.security(), deliveries, intakes);
      transports.add(nodes);
      places.add("ports " + nodes.jobPort() + " and " + nodes.contentPort());
    }
    if (settings.hasDriver(Settings.NATS)) {
      NatsTransport atBroker =
          NatsTransport.open(settings, context, admittance.security(), deliveries, intakes);
      transports.add(atBroker);
      places.add("the broker " + atBroker.place());
    }
    for (TransportProvider provider : ServiceLoader.load(TransportProvider.class)) {
      provider.open(settings, context).ifPresent(transports::add);
    }
  }

  private void startThreads() {
    transports.forEach(transport -> transport.start(dispatcher, crew));
    LoopThread writer = crew.start("store-writer", dispatcher.writer());
    undo.push(writer::close);
    decides = crew.start("dispatcher", dispatcher);
    undo.push(decides::close);
  }

  private void startKeeper(Deliveries deliveries) {
    LoopThread keeper = crew.start("content-keeper", new ContentKeeper(deliveries));
    undo.push(keeper::close);
  }

  /** What is wrong with roles, where it stands. */
  private static List<ValidationError> errors(RoleSettings wanted, Components components) {
    List<ValidationError> errors = new ArrayList<>();
    Roles.checkVerbs(wanted, components.verbs(), errors);
    return errors;
  }

  /**
   * Takes the roles of settings that were read anew; they hold for requests from now on.
   *
   * @return what is wrong with them; then nothing is changed
   */
  public List<ValidationError> reload(Settings settings) {
    RoleSettings wanted = settings.get(Settings.ROLES);
    List<ValidationError> errors =
        errors(wanted, Components.installed(ComponentDirectories.of(settings)));
    if (errors.isEmpty()) {
      roles.replace(wanted);
    }
    return errors;
  }

  private void startApi(Settings settings, InstantSource clock) throws IOException {
    Components components = Components.installed(ComponentDirectories.of(settings));
    List<ValidationError> errors = errors(settings.get(Settings.ROLES), components);
    if (!errors.isEmpty()) {
      throw new WrongSettingException(
          Settings.ROLES.name(),
          errors.stream().map(ValidationError::toString).collect(Collectors.joining("\n")));
    }
    roles = new Roles(settings.get(Settings.ROLES));
    AuditLog audit =
        AuditLog.open(settings.get(Settings.STATE_PATH).resolve(AUDIT_DIRECTORY), clock);
    undo.push(audit::close);
    ApiConfig config =
        new ApiConfig(
            new ApiAddresses(
                settings.get(Settings.SOCKET_PATH),
                settings.isSet(Settings.SOCKET_GROUP) ? settings.get(Settings.SOCKET_GROUP) : null,
                Remote.config(settings)),
            components,
            Product.version(),
            clock,
            memory,
            new Access(Authorizer.byRights(), roles, audit));
    ApiServer api =
        ApiServer.start(config, dispatcher, new StoredContents(contents, trees, fetched, intakes));
    undo.push(api::close);
  }

  /** Of the driver zeromq. */
  public int jobPort() {
    return nodes.jobPort();
  }

  /** Of the driver zeromq. */
  public int contentPort() {
    return nodes.contentPort();
  }

  /** Turns of the main loop, which is at work as long as it does one every few seconds. */
  public long turns() {
    return decides.turns();
  }

  /**
   * Returns when the server was closed.
   *
   * @throws ServerDiedException if it has failed; it must then be closed
   */
  public void awaitEnd() throws InterruptedException, ServerDiedException {
    crew.awaitEnd();
  }

  /** Stops it in order; may be called repeatedly, by any thread. */
  @Override
  public synchronized void close() {
    while (!undo.isEmpty()) {
      Step step = undo.pop();
      try {
        step.run();
      } catch (IOException | RuntimeException e) {
        LOG.log(Level.WARNING, "while ending: {0}", e.toString());
      }
    }
    crew.ended();
  }
}
