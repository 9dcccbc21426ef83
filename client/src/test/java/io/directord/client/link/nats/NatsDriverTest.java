package io.directord.client.link.nats;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.client.link.Driver;
import io.directord.client.link.DriverContract;
import io.directord.common.config.NatsServers;
import io.directord.common.security.CurveKeyPair;
import io.directord.common.wire.Frames;
import io.directord.nats.Broker;
import io.directord.nats.BrokerProcess;
import io.directord.nats.SealedSession;
import io.directord.nats.ServerHandshake;
import io.directord.nats.Subjects;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class NatsDriverTest extends DriverContract {
  private static final String PREFIX = "test.site";
  private static BrokerProcess broker;

  private final CurveKeyPair serverKeys = CurveKeyPair.generate();
  private final CurveKeyPair nodeKeys = CurveKeyPair.generate();
  private List<byte[]> known = List.of(serverKeys.publicKey());
  private LongSupplier nanoTime = System::nanoTime;

  @BeforeAll
  static void startBroker() {
    broker = BrokerProcess.start();
  }

  @AfterAll
  static void endBroker() {
    if (broker != null) {
      broker.close();
    }
  }

  @Override
  protected Driver driver() {
    NatsServers servers = new NatsServers(List.of(broker.url()), PREFIX, null);
    return new NatsDriver(new NatsServerAddress(servers, () -> known, nodeKeys), nanoTime);
  }

  @Override
  protected Server server() {
    return new SessionServer();
  }

  /** While the shared key is changed. */
  @Test
  void findsAServerThatHasTheSecondOfTwoKeys() throws Exception {
    known = List.of(CurveKeyPair.generate().publicKey(), serverKeys.publicKey());
    try (Server other = server()) {
      connect();
      awaitUp();
      assertEquals(List.of(), other.received());
    }
  }

  /** One that was stopped answers nothing, and the broker does not notice. */
  @Test
  void goesToAServerThatHasBegunIfItsOwnSaysNothing() throws Exception {
    try (SessionServer slept = new SessionServer()) {
      connect();
      awaitUp();
      // It answers to that, and is asked anew all the same.
      await().until(slept::announced);
      slept.awaitRecord();
      slept.asleep = true;
      try (SessionServer next = new SessionServer()) {
        await().until(next::announced);
        awaitUpAgain();
      }
    }
  }

  /** Everybody at the broker can announce a server, and all nodes hear it. */
  @Test
  void asksItsServerOnceInAWhileHoweverOftenOneIsSaidToHaveBegun() throws Exception {
    AtomicBoolean stands = new AtomicBoolean();
    long now = System.nanoTime();
    nanoTime = () -> stands.get() ? now : System.nanoTime();
    try (SessionServer own = new SessionServer()) {
      connect();
      awaitUp();
      own.awaitRecord();
      stands.set(true);
      int before = own.records;
      for (int i = 1; i <= 20; i++) {
        own.announced();
        own.send(List.of(new byte[] {1}));
        int heard = i;
        await().until(() -> turn() && received().size() == heard);
      }
      assertTrue(own.records - before <= 2, () -> (own.records - before) + " records");
    }
  }

  /** A server with one node, on a thread of its own. */
  private final class SessionServer implements Server {
    private static final int TURN_MILLIS = 2;

    private final Subjects subjects = new Subjects(PREFIX);
    private final String subject = subjects.newServer();
    private final List<List<byte[]>> received = new CopyOnWriteArrayList<>();
    private final Queue<List<byte[]>> toSend = new ConcurrentLinkedQueue<>();
    private final BlockingQueue<byte[]> arrived = new LinkedBlockingQueue<>();
    private final Broker connection;
    private final Thread thread = new Thread(this::run, "session-server");
    private SealedSession session;
    private String inbox;
    private byte[] hello;
    private byte[] answer;
    private volatile boolean paused;
    private volatile boolean asleep;
    private volatile boolean stopping;

    /** Of sessions, that have come. */
    private volatile int records;

    SessionServer() {
      connection =
          new Broker(
              new Broker.Config(List.of(broker.url()), broker.url(), null, "server", 64 << 20),
              new Broker.Events() {
                @Override
                public void up() {}

                @Override
                public void trouble(String why) {}

                @Override
                public void flushed() {}
              });
      connection.subscribe(subjects.hello(), (message, replyTo) -> arrived.add(message));
      connection.subscribe(subject, (message, replyTo) -> arrived.add(message));
      thread.start();
    }

    private void run() {
      try {
        while (!stopping) {
          if (asleep) {
            TimeUnit.MILLISECONDS.sleep(TURN_MILLIS);
            continue;
          }
          byte[] message = arrived.poll(TURN_MILLIS, TimeUnit.MILLISECONDS);
          if (message != null) {
            take(message);
          }
          while (session != null && !toSend.isEmpty()) {
            session.add(toSend.remove());
          }
          while (session != null && !paused && session.hasMessage()) {
            received.add(session.poll().frames());
          }
          for (byte[] next = next(); next != null; next = next()) {
            connection.publish(inbox, null, next);
          }
        }
      } catch (InterruptedException | GeneralSecurityException e) {
        throw new IllegalStateException(e);
      } finally {
        connection.close();
      }
    }

    /** Says that it has begun, if the broker is reached. */
    boolean announced() {
      connection.publish(subjects.everyNode(), null, new byte[0]);
      return connection.isUp();
    }

    /** Waits for one more. */
    void awaitRecord() {
      int before = records;
      await().until(() -> turn() && records > before);
    }

    private byte[] next() {
      return session == null ? null : session.next();
    }

    private void take(byte[] message) throws GeneralSecurityException {
      if (Arrays.equals(message, hello)) {
        connection.publish(inbox, null, answer);
      } else if (ServerHandshake.isHello(message)) {
        ServerHandshake handshake;
        try {
          handshake = ServerHandshake.of(subjects, serverKeys, message);
        } catch (GeneralSecurityException e) {
          // From a node that knows another key.
          return;
        }
        ServerHandshake.Opened opened =
            handshake.accept(
                subject, new SealedSession.Limits(Frames.MAX_MESSAGE_BYTES, Frames.MAX_FRAMES));
        inbox = handshake.hello().inbox();
        session = opened.session();
        hello = message;
        answer = opened.answer();
        connection.publish(inbox, null, answer);
      } else if (session != null && SealedSession.idOf(message) != null) {
        session.open(message);
        records++;
      }
    }

    @Override
    public List<List<byte[]>> received() {
      return received;
    }

    @Override
    public void send(List<byte[]> message) {
      toSend.add(message);
    }

    @Override
    public void pause(boolean now) {
      paused = now;
    }

    @Override
    public void close() {
      stopping = true;
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
