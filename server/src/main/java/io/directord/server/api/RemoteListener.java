package io.directord.server.api;

import io.directord.common.security.ServerCertificate;
import io.directord.server.access.Caller;
import io.directord.server.access.Identity;
import io.directord.server.access.Tokens;
import io.directord.server.metrics.Meters;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/**
 * Serves the HTTP API to other machines: by TLS 1.3, to callers that show a token. It has threads
 * and a number of connections of its own, so that what comes from there does not keep users of the
 * socket waiting.
 */
final class RemoteListener {
  private static final String TLS = "TLSv1.3";
  private static final int EVENT_LOOPS = 2;
  private static final int BACKLOG = 256;
  private static final long HANDSHAKE_SECONDS = 10;

  /** Until a connection has brought a request with a valid token. */
  private static final long STRANGER_SECONDS = 30;

  private static final long LOOK_SECONDS = 5;

  /** Bytes by which a network of a site is told from others. */
  private static final int IPV6_NETWORK_BYTES = 8;

  private final ApiLimits limits;
  private final Router router;
  private final ReaderMemory readers;
  private final Meters meters;
  private final Tokens tokens;
  private final Authentication authentication;
  private final EventLoopGroup loops = ApiServer.loops("api-tls", EVENT_LOOPS);
  private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
  private final ConnectionLimit limit;
  private Channel listener;

  RemoteListener(
      ApiLimits limits,
      Router router,
      ReaderMemory readers,
      Meters meters,
      Tokens tokens,
      Authentication authentication) {
    this.limits = limits;
    this.router = router;
    this.readers = readers;
    this.meters = meters;
    this.tokens = tokens;
    // In the log alone: strangers must not fill what users see.
    ShareWarnings warnings = new ShareWarnings(System::nanoTime);
    this.authentication = authentication;
    this.limit = ConnectionLimit.silent(connections, limits.connections(), warnings);
  }

  /** Begins to serve, and returns where. */
  InetSocketAddress listen(RemoteConfig config) throws IOException {
    SslContext tls = context(config.certificate());
    ChannelFuture bound =
        new ServerBootstrap()
            .group(loops)
            .channel(NioServerSocketChannel.class)
            .option(ChannelOption.SO_BACKLOG, BACKLOG)
            .option(ChannelOption.SO_REUSEADDR, true)
            .childOption(ChannelOption.AUTO_READ, false)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.SO_KEEPALIVE, true)
            .childHandler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    accept(channel, tls);
                  }
                })
            .bind(config.address())
            .awaitUninterruptibly();
    listener = bound.channel();
    if (!bound.isSuccess()) {
      throw new IOException(
          "the remote API cannot listen at "
              + config.address().getHostString()
              + ":"
              + config.address().getPort()
              + ": "
              + bound.cause().getMessage(),
          bound.cause());
    }
    listener.pipeline().addLast(new AcceptFailures(System::nanoTime));
    tokens.onDropped(this::endInvalid);
    loops.scheduleWithFixedDelay(this::endInvalid, LOOK_SECONDS, LOOK_SECONDS, TimeUnit.SECONDS);
    return (InetSocketAddress) listener.localAddress();
  }

  private static SslContext context(ServerCertificate certificate) throws IOException {
    return SslContextBuilder.forServer(
            certificate.key(), certificate.chain().toArray(X509Certificate[]::new))
        .sslProvider(SslProvider.JDK)
        .protocols(TLS)
        .build();
  }

  /** Ends connections whose tokens were revoked or have expired, or whose logins have ended. */
  private void endInvalid() {
    for (Channel connection : connections) {
      Identity identity = Callers.identity(connection);
      if (identity != null && identity.now().isEmpty()) {
        connection.close();
      }
    }
  }

  private void accept(Channel channel, SslContext tls) {
    InetSocketAddress peer = (InetSocketAddress) channel.remoteAddress();
    if (peer == null) {
      channel.close();
      return;
    }
    Callers.accepted(channel, Caller.ofAddress(network(peer.getAddress())));
    if (!limit.admit(channel)) {
      return;
    }
    channel.eventLoop().schedule(() -> endStranger(channel), STRANGER_SECONDS, TimeUnit.SECONDS);
    channel
        .pipeline()
        .addLast(
            new IdleStateHandler(0, 0, limits.tick().toMillis(), TimeUnit.MILLISECONDS),
            new TlsDetector(context -> speak(context, tls)));
  }

  /** All of an IPv6 network belong to one site. */
  private static String network(InetAddress address) {
    if (!(address instanceof Inet6Address)) {
      return address.getHostAddress();
    }
    byte[] network = Arrays.copyOf(address.getAddress(), IPV6_NETWORK_BYTES);
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < network.length; i += 2) {
      text.append(Integer.toHexString((network[i] & 0xff) << 8 | network[i + 1] & 0xff))
          .append(':');
    }
    return text.append(":/64").toString();
  }

  private static void endStranger(Channel channel) {
    if (Callers.identity(channel) == null) {
      channel.close();
    }
  }

  private void speak(ChannelHandlerContext context, SslContext tls) {
    SslHandler handler = tls.newHandler(context.alloc());
    handler.setHandshakeTimeout(HANDSHAKE_SECONDS, TimeUnit.SECONDS);
    context.pipeline().addLast(handler);
    ProtocolDetector.speakHttp(context.pipeline(), router, limits, readers, meters, authentication);
  }

  /** Nobody new; those that are there are told. */
  void stop() {
    if (listener != null) {
      listener.close().awaitUninterruptibly();
    }
    connections.forEach(
        channel -> channel.pipeline().fireUserEventTriggered(ConnectionSignal.STOP));
  }

  void close(long stopSeconds) {
    connections.newCloseFuture().awaitUninterruptibly(stopSeconds, TimeUnit.SECONDS);
    connections.close().awaitUninterruptibly();
    loops.shutdownGracefully(0, stopSeconds, TimeUnit.SECONDS).awaitUninterruptibly();
  }
}
