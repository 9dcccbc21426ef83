package io.directord.server;

import io.directord.common.api.Leadership;
import io.directord.common.config.Product;
import io.directord.common.config.Settings;
import io.directord.common.loop.LoopThread;
import io.directord.common.validation.WrongSettingException;
import io.directord.common.wire.ServerMessage;
import io.directord.server.access.Access;
import io.directord.server.access.RecordedOwners;
import io.directord.server.api.ApiAddresses;
import io.directord.server.api.ApiConfig;
import io.directord.server.api.ApiServer;
import io.directord.server.api.ServerRole;
import io.directord.server.backup.Backups;
import io.directord.server.content.ContentCopies;
import io.directord.server.content.ContentKeeper;
import io.directord.server.content.ContentStore;
import io.directord.server.content.Deliveries;
import io.directord.server.content.FetchedStore;
import io.directord.server.content.Intakes;
import io.directord.server.content.SharedFetches;
import io.directord.server.content.StoredContents;
import io.directord.server.content.Trees;
import io.directord.server.dispatch.DispatchLimits;
import io.directord.server.dispatch.Dispatcher;
import io.directord.server.hook.HookSender;
import io.directord.server.link.OpenFiles;
import io.directord.server.link.Refusals;
import io.directord.server.link.Transport;
import io.directord.server.link.TransportProvider;
import io.directord.server.link.Transports;
import io.directord.server.link.nats.NatsTransport;
import io.directord.server.link.zeromq.ZeroMqTransport;
import io.directord.server.memory.MemoryBudget;
import io.directord.server.memory.ResultMemory;
import io.directord.server.store.ContentArchive;
import io.directord.server.store.FetchedArchive;
import io.directord.server.store.JobStore;
import io.directord.server.store.ReadConnections;
import io.directord.server.time.Clocks;
import io.directord.server.trace.CollectorHeaders;
import io.directord.server.trace.SpanSender;
import io.directord.server.verb.InstalledVerbs;
import io.directord.verbs.Components;
import io.directord.verbs.external.ComponentDirectories;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.ServiceLoader;

/**
 * What serves nodes and callers: creates, starts and stops all its parts. {@link #start} returns
 * when nodes can join and the API answers.
 */
final class LeadingServer implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(LeadingServer.class.getName());
  static final String CONTENT_DIRECTORY = "content";
  private static final String FETCHED_DIRECTORY = "fetched";

  private final Crew crew;
  private final Access access;
  private final Hooks hooks;
  private HookSender sender;
  private final UndoSteps undo = new UndoSteps();
  private final MemoryBudget memory = MemoryBudget.ofThisProcess();
  private ContentStore contents;
  private Trees trees;
  private FetchedStore fetched;
  private Intakes intakes;
  private Dispatcher dispatcher;
  private LoopThread decides;
  private final List<Transport> transports = new ArrayList<>();
  private ZeroMqTransport nodes;
  private final List<String> places = new ArrayList<>();

  /** What several servers with one database share; nothing of a server that has its store alone. */
  record SharedWithOthers(ContentArchive contents, FetchedArchive fetched) {
    static final SharedWithOthers NOTHING = new SharedWithOthers(null, null);
  }

  private LeadingServer(Crew crew, Access access, Hooks hooks) {
    this.hooks = hooks;
    this.crew = crew;
    this.access = access;
  }

  /**
   * Starts it.
   *
   * @param access who may do what
   * @param hooks who is told, and what others may start
   * @param store closed with it, also if this fails
   * @param archive of contents, shared with other servers
   * @param crew runs its threads
   * @param tenure whether this server leads
   * @param replaced closed before the API's socket is opened
   */
  static LeadingServer start(
      Settings settings,
      Access access,
      Hooks hooks,
      JobStore store,
      SharedWithOthers archive,
      Crew crew,
      Tenure tenure,
      AutoCloseable replaced)
      throws IOException {
    LeadingServer server = new LeadingServer(crew, access, hooks);
    boolean started = false;
    try {
      server.undo.push(store::close);
      server.open(settings, store, archive, tenure, replaced, Clock.systemUTC());
      started = true;
      return server;
    } finally {
      if (!started) {
        server.close();
      }
    }
  }

  private void open(
      Settings settings,
      JobStore store,
      SharedWithOthers archive,
      Tenure tenure,
      AutoCloseable replaced,
      InstantSource clock)
      throws IOException {
    OpenFiles.ofThisProcess()
        .warning(store.nodes().size())
        .ifPresent(text -> LOG.log(Level.WARNING, text));
    Admittance admittance = Admittance.of(settings, !store.nodes().isEmpty());
    Deliveries deliveries = openContents(settings, admittance, archive);
    ResultMemory results = new ResultMemory(memory);
    Refusals refusals = new Refusals(clock);
    bind(settings, admittance, deliveries, results, refusals, clock);
    Hooks.Read read = hooks.now();
    Leadership leadership = tenure.leadership();
    DispatchLimits limits =
        DispatchLimits.of(settings)
            .withHooks(read.settings())
            .ofServer(leadership == null ? null : leadership.leader());
    sender = new HookSender(clock);
    sender.replace(read.told());
    undo.push(sender::close);
    ServerMessage.Welcome welcome =
        new ServerMessage.Welcome(
            Product.version(),
            limits.heartbeatInterval(),
            contentPort(settings),
            admittance.joinKeys());
    dispatcher =
        new Dispatcher(
            store,
            new Transports(),
            deliveries,
            limits,
            welcome,
            results,
            refusals,
            Clocks.ofMachine(clock),
            new InstalledVerbs(Components.installed(ComponentDirectories.of(settings)), contents)
                ::foreign,
            new RecordedOwners(access),
            sender,
            tenure::holds);
    startTraces(settings, clock);
    startThreads();
    sender.start(crew);
    keepHookContents(read);
    startKeeper(deliveries);
    Backups backups =
        new Backups(
            settings.get(Settings.STATE_PATH),
            store,
            dispatcher.writer(),
            new ContentCopies(contents, trees),
            clock);
    undo.push(backups::close);
    ReadConnections.close(replaced);
    startApi(settings, backups, clock, tenure);
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

  /** Of a server that stands by, see {@link ContentStore#removeCopiesOfSecrets}. */
  static int removeCopiesOfSecrets(Settings settings) throws IOException {
    return ContentStore.removeCopiesOfSecrets(
        settings.get(Settings.STATE_PATH).resolve(CONTENT_DIRECTORY));
  }

  private Deliveries openContents(
      Settings settings, Admittance admittance, SharedWithOthers archive) throws IOException {
    Path stateDirectory = settings.get(Settings.STATE_PATH);
    contents =
        ContentStore.open(
            stateDirectory.resolve(CONTENT_DIRECTORY),
            admittance.keepingKey(),
            admittance.formerKeepingKeys(),
            archive.contents());
    if (admittance.keepingKey() != null) {
      contents.sealAnew();
    }
    long shared = (long) settings.get(Settings.SHARED_FETCH_SIZE) << 20;
    fetched =
        FetchedStore.open(
            stateDirectory.resolve(FETCHED_DIRECTORY),
            new SharedFetches(archive.fetched(), shared));
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

  private void startTraces(Settings settings, InstantSource clock) throws WrongSettingException {
    Map<String, String> headers = CollectorHeaders.of(settings);
    URI endpoint = settings.get(Settings.OTLP_ENDPOINT);
    if (endpoint != null) {
      SpanSender spans = new SpanSender(endpoint, headers, HostName.get());
      LoopThread thread = crew.start("traces", spans);
      undo.push(thread::close);
      dispatcher.traces(spans.outlet(clock));
    }
  }

  private void startKeeper(Deliveries deliveries) {
    LoopThread keeper = crew.start("content-keeper", new ContentKeeper(deliveries));
    undo.push(keeper::close);
  }

  private void startApi(Settings settings, Backups backups, InstantSource clock, Tenure tenure)
      throws IOException {
    ApiConfig config =
        apiConfig(
            settings,
            access,
            hooks,
            clock,
            memory,
            new ServerRole(Product.version(), tenure::leadership, this::trouble));
    ApiServer api =
        ApiServer.start(
            config,
            dispatcher.requests(),
            new StoredContents(contents, trees, fetched, intakes),
            backups);
    undo.push(api::close);
  }

  private String trouble() {
    return transports.stream()
        .map(Transport::trouble)
        .filter(Objects::nonNull)
        .findFirst()
        .orElse(null);
  }

  static ApiConfig apiConfig(
      Settings settings,
      Access access,
      Hooks hooks,
      InstantSource clock,
      MemoryBudget memory,
      ServerRole role)
      throws IOException {
    return new ApiConfig(
        new ApiAddresses(
            settings.get(Settings.SOCKET_PATH),
            settings.isSet(Settings.SOCKET_GROUP) ? settings.get(Settings.SOCKET_GROUP) : null,
            Remote.config(settings)),
        Components.installed(ComponentDirectories.of(settings)),
        role,
        clock,
        memory,
        access,
        hooks.incoming());
  }

  /** Has what hooks deliver, before they can be started; may be called again with the same ones. */
  synchronized void keepHookContents(Hooks.Read read) {
    HookContents.keep(read.incoming(), contents);
  }

  /** Hooks were replaced; may be called again with the same ones. */
  synchronized void replaceHooks() {
    Hooks.Read read = hooks.now();
    sender.replace(read.told());
    dispatcher.replaceHooks(read.settings());
    keepHookContents(read);
  }

  int jobPort() {
    return nodes.jobPort();
  }

  int contentPort() {
    return nodes.contentPort();
  }

  /** Turns of the main loop, which is at work as long as it does one every few seconds. */
  long turns() {
    return decides.turns();
  }

  /** Stops it in order; may be called repeatedly, by any thread. */
  @Override
  public synchronized void close() {
    undo.run();
  }
}
