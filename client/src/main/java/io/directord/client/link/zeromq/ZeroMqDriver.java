package io.directord.client.link.zeromq;

import io.directord.client.link.Connection;
import io.directord.client.link.ContentConnection;
import io.directord.client.link.Driver;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.zeromq.ZContext;

/** Reaches the server's job port and its content port over ZeroMQ. */
public final class ZeroMqDriver implements Driver {
  private static final Logger LOG = System.getLogger(ZeroMqDriver.class.getName());
  private final ServerAddress address;
  private final LongSupplier nanoTime;
  private final ZContext context = new ZContext(1);
  private final LinkWakeup wakeup = new LinkWakeup();
  private final ServerHosts hosts;

  /**
   * @param nanoTime as {@link System#nanoTime}
   * @param onDeath told if a thread of the library dies
   */
  public ZeroMqDriver(
      ServerAddress address, LongSupplier nanoTime, BiConsumer<String, Throwable> onDeath) {
    this.address = address;
    this.nanoTime = nanoTime;
    this.hosts = new ServerHosts(address.hosts());
    context.setUncaughtExceptionHandler((thread, e) -> onDeath.accept(thread.getName(), e));
    context.setNotificationExceptionHandler(
        (thread, e) -> LOG.log(Level.DEBUG, "a connection to the server fails", e));
  }

  @Override
  public Connection connect(Consumer<String> warn) {
    return new ZeroMqConnection(context, address, hosts, wakeup, warn, nanoTime);
  }

  @Override
  public ContentConnection connectToContent(int port) {
    return new ZeroMqContentConnection(context, hosts, port);
  }

  @Override
  public String contentPlace(int port) {
    return hosts.endpoint(port);
  }

  @Override
  public void close() {
    context.close();
    wakeup.close();
  }
}
