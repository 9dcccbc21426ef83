package io.directord.nats;

import io.nats.client.AuthenticationException;
import io.nats.client.Connection;
import io.nats.client.ConnectionListener;
import io.nats.client.Consumer;
import io.nats.client.Dispatcher;
import io.nats.client.ErrorListener;
import io.nats.client.Message;
import io.nats.client.Nats;
import io.nats.client.Options;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The connection to a NATS broker, for as long as server or client runs: it connects, and does so
 * again whenever the broker is lost, to another one of its cluster if there is one. Nothing that it
 * carries is believed.
 *
 * <p>Thread-safe; no method but {@link #close} waits for the network.
 */
public final class Broker implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Broker.class.getName());

  /** What a broker must take at least: a chunk of content, and what is around it. */
  private static final long MIN_PAYLOAD = 300 << 10;

  private static final Duration CONNECT = Duration.ofSeconds(5);
  private static final Duration AGAIN = Duration.ofMillis(500);

  /** Two of them without an answer, and the connection is given up. */
  private static final Duration PING = Duration.ofSeconds(5);

  /** How long the last messages may take. */
  private static final Duration FAREWELL = Duration.ofMillis(500);

  private static final Duration FLUSH = Duration.ofSeconds(30);

  /** What waits to be received; beyond it messages are dropped, and their sessions begin anew. */
  private static final long MAX_PENDING_MESSAGES = 100_000;

  private static final int NO_RESPONDERS = 503;

  private final Config config;
  private final Events events;
  private final Map<String, Receiver> receivers = new LinkedHashMap<>();
  private final AtomicLong published = new AtomicLong();
  private final PausedOnce pings = new PausedOnce();
  private final Thread thread;
  private Connection connection;
  private Dispatcher dispatcher;
  private long flushed;
  private boolean closing;
  private volatile boolean up;
  private volatile String limit;

  /**
   * Where the broker is.
   *
   * @param servers URLs, which may contain passwords
   * @param shown the same for people, without them
   * @param credentials file with the credentials of a NATS account; null for none
   * @param name of this side, as the broker's operator sees it
   * @param pendingBytes limit of what waits to be received
   */
  public record Config(
      List<String> servers, String shown, Path credentials, String name, long pendingBytes) {}

  /** Told of changes, by threads of the connection; must not block. */
  public interface Events {

    /** The broker was reached, perhaps again. */
    void up();

    /**
     * Something keeps messages from being carried.
     *
     * @param why in words for people
     */
    void trouble(String why);

    /** What was published has been taken by the broker, see {@link Broker#unflushed}. */
    void flushed();
  }

  /** Receives what is sent to a subject, one message after the other; may block for a moment. */
  public interface Receiver {

    /**
     * @param replyTo null if there is none
     */
    void received(byte[] message, String replyTo) throws InterruptedException;

    /** The broker says that nobody receives what was sent last with this subject as the reply's. */
    default void nobodyThere() {}
  }

  /** Connects in the background. */
  public Broker(Config config, Events events) {
    this.config = config;
    this.events = events;
    this.thread = new Thread(this::run, "broker");
    thread.setDaemon(true);
    thread.start();
  }

  /** Receives what is sent to the subject, from now on or when the broker is reached. */
  public synchronized void subscribe(String subject, Receiver receiver) {
    receivers.put(subject, receiver);
    if (dispatcher != null) {
      dispatcher.subscribe(subject, message -> receive(message, receiver));
    }
  }

  /** Ends that. */
  public synchronized void unsubscribe(String subject) {
    if (receivers.remove(subject) != null && dispatcher != null && dispatcher.isActive()) {
      dispatcher.unsubscribe(subject);
    }
  }

  private static void receive(Message message, Receiver receiver) throws InterruptedException {
    if (!message.isStatusMessage()) {
      receiver.received(message.getData(), message.getReplyTo());
    } else if (message.getStatus().getCode() == NO_RESPONDERS) {
      receiver.nobodyThere();
    }
  }

  /** Whether the broker is reached. */
  public boolean isUp() {
    return up;
  }

  /** Why the broker, though it is reached, does not carry all messages; null if it does. */
  public String limit() {
    return limit;
  }

  /**
   * Sends a message, if the broker is reached just now.
   *
   * @param replyTo null for none
   */
  public void publish(String subject, String replyTo, byte[] message) {
    Connection current = connection();
    if (current == null) {
      return;
    }
    try {
      current.publish(subject, replyTo, message);
      published.addAndGet(message.length);
      synchronized (this) {
        notifyAll();
      }
    } catch (IllegalStateException e) {
      // Neither closed nor full for long; what is lost is noticed by the session.
      LOG.log(Level.DEBUG, "a message was not sent", e);
    } catch (IllegalArgumentException e) {
      events.trouble(
          "the broker takes no message of " + message.length + " bytes: raise its max_payload");
    }
  }

  private synchronized Connection connection() {
    return connection;
  }

  /** Bytes that were published and that the broker has not taken yet. */
  public synchronized long unflushed() {
    return published.get() - flushed;
  }

  /** Bytes that were published so far. */
  public long published() {
    return published.get();
  }

  /** This side's IP address as the broker sees it; empty if that is not known. */
  public String ownAddress() {
    Connection current = connection();
    InetAddress address = current == null ? null : current.getClientInetAddress();
    return address == null ? "" : address.getHostAddress();
  }

  /** Where it is, for people. */
  public String shown() {
    return config.shown();
  }

  private void run() {
    try {
      while (connect()) {
        flush();
      }
    } catch (InterruptedException e) {
      LOG.log(Level.DEBUG, "the connection to the broker ends", e);
    }
  }

  private boolean connect() throws InterruptedException {
    Options options;
    try {
      options = options();
    } catch (GeneralSecurityException | IllegalArgumentException | IllegalStateException e) {
      events.trouble("the settings of the broker cannot be used: " + withoutSecrets(e));
      return false;
    }
    while (!isClosing()) {
      try {
        opened(Nats.connect(options));
        return true;
      } catch (AuthenticationException e) {
        events.trouble(
            "the broker at " + shown() + " refuses this side's user, password or credentials");
      } catch (IllegalArgumentException | IllegalStateException e) {
        events.trouble(
            "the settings of the broker at "
                + shown()
                + " cannot be used, perhaps the file of credentials: "
                + withoutSecrets(e));
      } catch (IOException e) {
        LOG.log(Level.DEBUG, "the broker cannot be reached: {0}", withoutSecrets(e));
        events.trouble(
            "the broker at "
                + shown()
                + " cannot be reached"
                + (isTls() ? ", or has no certificate of its name that is trusted here" : ""));
      }
      synchronized (this) {
        if (!closing) {
          wait(AGAIN.toMillis());
        }
      }
    }
    return false;
  }

  /** Only the kind, since a message of the library may repeat the URL with its password. */
  private static String withoutSecrets(Exception e) {
    return e.getClass().getSimpleName();
  }

  private Options options() throws GeneralSecurityException {
    Options.Builder builder =
        Options.builder()
            .servers(config.servers().toArray(String[]::new))
            .connectionName(config.name())
            .connectionTimeout(CONNECT)
            .pingInterval(PING)
            .scheduledExecutor(pings)
            .maxReconnects(-1)
            .reconnectWait(AGAIN)
            .reconnectJitter(AGAIN)
            .maxMessagesInOutgoingQueue(Integer.MAX_VALUE)
            .noEcho()
            .connectionListener(this::changed)
            .errorListener(new Errors());
    if (isTls()) {
      // The name is kept, to be compared with that in the certificate.
      builder
          .sslContext(NamedTls.ofThisJava())
          .hostnameResolveMode(Options.HostnameResolveMode.HappyEyeballs);
    }
    if (config.credentials() != null) {
      builder.authHandler(Nats.credentials(config.credentials().toString()));
    }
    return builder.build();
  }

  private boolean isTls() {
    return config.servers().stream().anyMatch(url -> url.startsWith("tls:"));
  }

  private void opened(Connection made) throws InterruptedException {
    synchronized (this) {
      if (closing) {
        made.close();
        return;
      }
      connection = made;
      dispatcher = made.createDispatcher();
      dispatcher.setPendingLimits(MAX_PENDING_MESSAGES, config.pendingBytes());
      receivers.forEach(
          (subject, receiver) ->
              dispatcher.subscribe(subject, message -> receive(message, receiver)));
    }
    isUpAgain(made);
  }

  private void isUpAgain(Connection current) {
    long most = current.getMaxPayload();
    limit =
        most > 0 && most < MIN_PAYLOAD
            ? "the broker takes no messages of more than "
                + most
                + " bytes, which content may have: raise its max_payload to 1MB"
            : null;
    up = true;
    if (limit != null) {
      events.trouble(limit);
    }
    events.up();
  }

  /**
   * Asks the broker now and then how far it has come, as long as something is under way. Returns
   * when the connection is closed for good.
   */
  private void flush() throws InterruptedException {
    while (true) {
      long mark;
      Connection current;
      synchronized (this) {
        while (!closing && connection != null && published.get() == flushed) {
          wait();
        }
        if (closing || connection == null) {
          return;
        }
        mark = published.get();
        current = connection;
      }
      try {
        current.flush(FLUSH);
        synchronized (this) {
          flushed = mark;
        }
        events.flushed();
      } catch (TimeoutException | IllegalStateException e) {
        LOG.log(Level.DEBUG, "the broker does not say how far it has come", e);
        synchronized (this) {
          if (!closing) {
            wait(AGAIN.toMillis());
          }
        }
      }
    }
  }

  private synchronized boolean isClosing() {
    return closing;
  }

  /** Gives what was published to the network, and ends. */
  @Override
  public void close() {
    Connection last;
    synchronized (this) {
      closing = true;
      last = connection;
      notifyAll();
    }
    boolean interrupted = Thread.interrupted();
    try {
      if (last != null) {
        farewell(last);
        last.close();
      }
      thread.join(CONNECT.toMillis());
    } catch (InterruptedException e) {
      interrupted = true;
    } finally {
      pings.shutdownNow();
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void farewell(Connection last) throws InterruptedException {
    try {
      if (up) {
        last.flush(FAREWELL);
      }
    } catch (TimeoutException | IllegalStateException e) {
      LOG.log(Level.DEBUG, "the broker has not taken the last messages", e);
    }
  }

  private void changed(Connection current, ConnectionListener.Events event) {
    if (event == ConnectionListener.Events.DISCONNECTED) {
      boolean wasUp = up;
      up = false;
      if (wasUp && !isClosing()) {
        events.trouble("the connection to the broker at " + shown() + " is lost; trying on");
      }
    } else if (event == ConnectionListener.Events.RECONNECTED) {
      isUpAgain(current);
    } else if (event == ConnectionListener.Events.CLOSED) {
      closed(current);
    }
  }

  /** The library gives up after a broker has refused it twice; another connection is made then. */
  private synchronized void closed(Connection last) {
    if (!closing && last == connection) {
      up = false;
      connection = null;
      dispatcher = null;
      flushed = published.get();
      notifyAll();
    }
  }

  private final class Errors implements ErrorListener {
    @Override
    public void errorOccurred(Connection current, String error) {
      // Why it refuses a connection, the attempt to make one says.
      if (up) {
        events.trouble("the broker at " + shown() + " says: " + error);
      } else {
        LOG.log(Level.DEBUG, "the broker says: {0}", error);
      }
    }

    @Override
    public void exceptionOccurred(Connection current, Exception e) {
      LOG.log(Level.DEBUG, "the connection to the broker fails: {0}", withoutSecrets(e));
    }

    @Override
    public void slowConsumerDetected(Connection current, Consumer consumer) {
      events.trouble(
          "the broker at "
              + shown()
              + " sends faster than this side receives: messages are dropped, and their sessions"
              + " begin anew");
    }
  }
}
