package io.directord.client.link.nats;

import io.directord.client.link.Connection;
import io.directord.client.link.ContentConnection;
import io.directord.client.link.Driver;
import io.directord.common.wire.Frames;
import io.directord.nats.Broker;
import io.directord.nats.Subjects;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** Meets the server at a NATS broker, over one connection for jobs and contents. */
public final class NatsDriver implements Driver {
  private final NatsServerAddress address;
  private final LongSupplier nanoTime;
  private final Subjects subjects;
  private final BrokerNews news = new BrokerNews();
  private final Broker broker;

  /**
   * Connects to the broker in the background.
   *
   * @param nanoTime as {@link System#nanoTime}
   */
  public NatsDriver(NatsServerAddress address, LongSupplier nanoTime) {
    this.address = address;
    this.nanoTime = nanoTime;
    this.subjects = new Subjects(address.servers().prefix());
    this.broker =
        new Broker(
            new Broker.Config(
                address.servers().urls(),
                address.servers().shown(),
                address.servers().credentials(),
                "directord client",
                Frames.MAX_MESSAGE_BYTES),
            news);
  }

  @Override
  public Connection connect(Consumer<String> warn) {
    return new NatsConnection(broker, news, subjects, address, warn, nanoTime);
  }

  @Override
  public ContentConnection connectToContent(int port) {
    return new NatsContentConnection(broker, subjects);
  }

  @Override
  public String contentPlace(int port) {
    return "the broker " + broker.shown();
  }

  @Override
  public void close() {
    broker.close();
  }
}
