package io.directord.server.api;

import io.directord.common.api.Leadership;
import io.directord.common.http.TlsServer;
import io.directord.server.access.Authorizer;
import io.directord.server.access.Sessions;
import io.directord.server.access.UserGroups;
import io.directord.server.backup.Backups;
import io.directord.server.content.StoredContents;
import io.directord.server.dispatch.Dispatch;
import io.directord.server.link.OpenFiles;
import io.directord.server.memory.MemoryBudget.Share;
import io.directord.server.memory.MemoryBudget.Use;
import io.directord.server.metrics.Meters;
import io.directord.server.store.JobStore;
import io.directord.server.verb.InstalledVerbs;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.util.List;
import java.util.ServiceLoader;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Serves the HTTP API, and a {@link OneShotProtocol} if there is one, at a Unix socket. {@link
 * #start} returns when it listens; {@link #close} ends it in order: nobody new, followers told,
 * answers under way given a few seconds.
 */
public final class ApiServer implements AutoCloseable {
  private static final String NETTY_MACHINE = "io.netty.machineId";
  private static final System.Logger LOG = System.getLogger(ApiServer.class.getName());
  private static final int EVENT_LOOPS = 2;
  private static final int STOP_SECONDS = 5;

  private final SocketFile socketFile;
  private final Workers workers;
  private final Callers callers;
  private final Authorizer authorizer;
  private final EventLoopGroup acceptor = loops("api-accept", 1);
  private final EventLoopGroup loops = loops("api", EVENT_LOOPS);
  private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
  private final ConnectionLimit limit;
  private final ReaderMemory readers;
  private final List<Route> routes;
  private final OneShotConnection.Shared oneShot;
  private final Meters meters;

  /** Null if this server leads. */
  private final Supplier<Leadership> standby;

  private final Auditor auditor;
  private final Router router;
  private final RemoteListener remote;
  private Channel listener;
  private volatile InetSocketAddress remoteAddress;

  /**
   * @param dispatch null if another server leads
   * @param ofLeader the store that this one changes; null if there is a dispatch
   */
  private ApiServer(
      ApiConfig config,
      ApiLimits limits,
      Dispatch dispatch,
      StoredContents contents,
      Backups backups,
      JobStore ofLeader,
      SocketFile socketFile)
      throws IOException {
    this.socketFile = socketFile;
    this.meters = dispatch == null ? new Meters() : dispatch.meters();
    this.workers = new Workers();
    this.readers = new ReaderMemory(config.memory().share(Use.FOLLOWERS));
    ShareWarnings shareWarnings = new ShareWarnings(System::nanoTime);
    this.limit = new ConnectionLimit(connections, limits.connections(), shareWarnings);
    this.callers =
        new Callers(
            Files.getOwner(socketFile.address().getPath().getParent()),
            config.access().roles(),
            new UserGroups(System::nanoTime));
    this.authorizer = config.access().authorizer();
    Share requests = config.memory().share(Use.REQUESTS);
    this.auditor = new Auditor(config.access().audit());
    if (dispatch == null) {
      this.routes = Routes.ofStandby(config, ofLeader, meters, workers, requests, shareWarnings);
      this.standby = config.role().leadership();
      this.router = new Router(routes, authorizer, auditor, standby);
      this.remote = null;
      this.oneShot = null;
      return;
    }
    this.standby = null;
    InstalledVerbs verbs = new InstalledVerbs(config.components(), contents.delivered());
    Sessions sessions = new Sessions(System::nanoTime);
    PageApi page =
        new PageApi(sessions, config.addresses().remote(), this::remoteAddress, config.clock());
    this.routes =
        Routes.of(
                config, verbs, dispatch, contents, backups, page, workers, requests, shareWarnings)
            .stream()
            .map(auditor::recorded)
            .toList();
    this.router = new Router(routes, authorizer, auditor, null);
    this.remote =
        config.addresses().remote() == null
            ? null
            : new RemoteListener(
                limits,
                router,
                readers,
                meters,
                dispatch.tokens(),
                new TokenAuthentication(
                    dispatch.tokens(),
                    sessions,
                    config.access().roles(),
                    config.clock(),
                    new ShareWarnings(System::nanoTime),
                    System::nanoTime));
    this.oneShot =
        ServiceLoader.load(OneShotProtocol.Provider.class)
            .findFirst()
            .map(
                found ->
                    found.open(
                        verbs, dispatch, contents.delivered(), workers.disk(), config.clock()))
            .map(
                protocol ->
                    new OneShotConnection.Shared(
                        protocol, authorizer, workers.disk(), requests, readers, limits, auditor))
            .orElse(null);
  }

  static EventLoopGroup loops(String name, int threads) {
    return new MultiThreadIoEventLoopGroup(
        threads, new DefaultThreadFactory(name), NioIoHandler.newFactory());
  }

  /**
   * Begins to serve.
   *
   * @throws IOException in words for people, if the socket cannot be had: see {@link SocketFile}
   */
  public static ApiServer start(
      ApiConfig config, Dispatch dispatch, StoredContents contents, Backups backups)
      throws IOException {
    return start(config, ApiLimits.of(OpenFiles.ofThisProcess()), dispatch, contents, backups);
  }

  /**
   * Likewise, for a server that stands by: says who leads, and what has ended.
   *
   * @param store that the server which leads changes
   */
  public static ApiServer standby(ApiConfig config, JobStore store) throws IOException {
    return start(config, ApiLimits.of(OpenFiles.ofThisProcess()), null, null, null, store);
  }

  /**
   * Netty names its channels by the machine, for which it looks at all network interfaces, and
   * warns where none has a hardware address. Ours need no such names.
   */
  private static void nameChannelsPlainly() {
    if (System.getProperty(NETTY_MACHINE) == null) {
      System.setProperty(NETTY_MACHINE, "00:00:00:00:00:00");
    }
  }

  static ApiServer start(
      ApiConfig config,
      ApiLimits limits,
      Dispatch dispatch,
      StoredContents contents,
      Backups backups)
      throws IOException {
    return start(config, limits, dispatch, contents, backups, null);
  }

  private static ApiServer start(
      ApiConfig config,
      ApiLimits limits,
      Dispatch dispatch,
      StoredContents contents,
      Backups backups,
      JobStore ofLeader)
      throws IOException {
    nameChannelsPlainly();
    SocketFile socketFile = SocketFile.claim(config.addresses().socket());
    ApiServer server = null;
    try {
      server = new ApiServer(config, limits, dispatch, contents, backups, ofLeader, socketFile);
      server.listen(limits);
      server.listen(config.addresses().remote());
      socketFile.publish(config.addresses().group());
      LOG.log(Level.INFO, "the API listens at {0}", config.addresses().socket());
      return server;
    } catch (IOException | RuntimeException e) {
      if (server == null) {
        socketFile.close();
      } else {
        server.close();
      }
      throw e;
    }
  }

  /** Everything that it answers. */
  List<Route> routes() {
    return routes;
  }

  private void listen(RemoteConfig config) throws IOException {
    if (config == null || standby != null) {
      return;
    }
    remoteAddress = remote.listen(config);
    LOG.log(
        Level.INFO,
        "the API can be used from other machines at {0}:{1}; the fingerprint of the certificate is"
            + " {2}",
        remoteAddress.getHostString(),
        String.valueOf(remoteAddress.getPort()),
        TlsServer.fingerprint(config.certificate().chain().get(0)));
  }

  /** Where it listens for other machines; null if it does not. */
  public InetSocketAddress remoteAddress() {
    return remoteAddress;
  }

  private void listen(ApiLimits limits) throws IOException {
    ChannelFuture bound =
        new ServerBootstrap()
            .group(acceptor, loops)
            .handler(callers)
            .channel(NioServerDomainSocketChannel.class)
            .childOption(ChannelOption.AUTO_READ, false)
            .childHandler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    accept(channel, limits);
                  }
                })
            .bind(socketFile.address())
            .awaitUninterruptibly();
    listener = bound.channel();
    if (!bound.isSuccess()) {
      throw new IOException("the API's socket cannot be bound: " + bound.cause(), bound.cause());
    }
    listener.pipeline().addLast(new AcceptFailures(System::nanoTime));
  }

  private void accept(Channel channel, ApiLimits limits) {
    if (!limit.admit(channel)) {
      return;
    }
    channel
        .pipeline()
        .addLast(
            new IdleStateHandler(0, 0, limits.tick().toMillis(), TimeUnit.MILLISECONDS),
            new ProtocolDetector(router, oneShot, limits, readers, meters));
  }

  @Override
  public void close() throws IOException {
    try {
      if (listener != null) {
        listener.close().awaitUninterruptibly();
      }
      callers.close();
      if (remote != null) {
        remote.stop();
      }
      connections.forEach(
          channel -> channel.pipeline().fireUserEventTriggered(ConnectionSignal.STOP));
      connections.newCloseFuture().awaitUninterruptibly(STOP_SECONDS, TimeUnit.SECONDS);
      connections.close().awaitUninterruptibly();
      if (remote != null) {
        remote.close(STOP_SECONDS);
      }
      workers.close();
      acceptor.shutdownGracefully(0, STOP_SECONDS, TimeUnit.SECONDS).awaitUninterruptibly();
      loops.shutdownGracefully(0, STOP_SECONDS, TimeUnit.SECONDS).awaitUninterruptibly();
      auditor.stop();
    } finally {
      socketFile.close();
    }
  }
}
