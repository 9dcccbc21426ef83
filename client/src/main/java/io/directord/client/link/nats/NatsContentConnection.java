package io.directord.client.link.nats;

import io.directord.client.link.ContentConnection;
import io.directord.common.wire.BadMessageException;
import io.directord.nats.Broker;
import io.directord.nats.FrameList;
import io.directord.nats.Subjects;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** What one transfer sends and receives at the broker. */
final class NatsContentConnection implements ContentConnection {
  private static final int RECEIVE_MILLIS = 100;

  private final Broker broker;
  private final Subjects subjects;
  private final String inbox;
  private final BlockingQueue<byte[]> arrived = new LinkedBlockingQueue<>(2 * WINDOW);

  NatsContentConnection(Broker broker, Subjects subjects) {
    this.broker = broker;
    this.subjects = subjects;
    this.inbox = subjects.newNode();
    // What is more than the transfer has asked for is dropped.
    broker.subscribe(inbox, (message, replyTo) -> arrived.offer(message));
  }

  @Override
  public void send(List<byte[]> frames) {
    broker.publish(subjects.content(), inbox, FrameList.pack(frames));
  }

  @Override
  public List<byte[]> receive() {
    try {
      byte[] message = arrived.poll(RECEIVE_MILLIS, TimeUnit.MILLISECONDS);
      return message == null ? null : FrameList.unpack(message);
    } catch (BadMessageException e) {
      // Not from the server: the next may be.
      return null;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return null;
    }
  }

  /** What is not from the server is left out, whatever it is. */
  @Override
  public boolean isEnded() {
    return false;
  }

  @Override
  public void close() {
    broker.unsubscribe(inbox);
  }
}
