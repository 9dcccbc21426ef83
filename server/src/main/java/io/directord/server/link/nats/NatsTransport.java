package io.directord.server.link.nats;

import io.directord.common.config.NatsServers;
import io.directord.common.config.Settings;
import io.directord.common.loop.LoopThread;
import io.directord.common.validation.WrongSettingException;
import io.directord.common.wire.ContentMessage;
import io.directord.common.wire.Frames;
import io.directord.nats.Broker;
import io.directord.nats.Subjects;
import io.directord.server.link.AddressedMessage;
import io.directord.server.link.ContentIntake;
import io.directord.server.link.ContentSource;
import io.directord.server.link.Handover;
import io.directord.server.link.LinkSecurity;
import io.directord.server.link.MinuteLog;
import io.directord.server.link.Threads;
import io.directord.server.link.Transport;
import io.directord.server.link.TransportListener;
import io.directord.server.link.TransportProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;

/** Reaches nodes over a NATS broker: two connections, so that jobs do not wait behind contents. */
public final class NatsTransport implements Transport {
  private static final System.Logger LOG = System.getLogger(NatsTransport.class.getName());

  /** Of the heap: what has come and was not looked at yet. */
  private static final int INBOX_SHARE = 32;

  private final NatsServers servers;
  private final Subjects subjects;
  private final LinkSecurity security;
  private final TransportProvider.Context context;
  private final ContentSource<ContentMessage.Request> content;
  private final ContentIntake intakes;
  private final MinuteLog minuteLog;
  private final Mailbox jobMail = new Mailbox(Runtime.getRuntime().maxMemory() / INBOX_SHARE);
  private final Mailbox contentMail = new Mailbox(Runtime.getRuntime().maxMemory() / INBOX_SHARE);
  private final Handover<AddressedMessage> outgoing = new Handover<>(jobMail::wake);
  private final List<AutoCloseable> parts = new ArrayList<>();
  private final List<Broker> brokers = new CopyOnWriteArrayList<>();

  private NatsTransport(
      NatsServers servers,
      LinkSecurity security,
      TransportProvider.Context context,
      ContentSource<ContentMessage.Request> content,
      ContentIntake intakes) {
    this.servers = servers;
    this.subjects = new Subjects(servers.prefix());
    this.security = security;
    this.context = context;
    this.content = content;
    this.intakes = intakes;
    this.minuteLog = new MinuteLog(LOG, context.clock());
  }

  /**
   * Makes the transport; the broker is reached when it is started, or later.
   *
   * @param security who may join
   * @param content sealed deliveries for nodes
   * @param intakes take what nodes send
   * @throws WrongSettingException if the settings do not fit
   */
  public static NatsTransport open(
      Settings settings,
      TransportProvider.Context context,
      LinkSecurity security,
      ContentSource<ContentMessage.Request> content,
      ContentIntake intakes)
      throws WrongSettingException {
    if (security instanceof LinkSecurity.None) {
      throw insecure();
    }
    return new NatsTransport(NatsServers.of(settings), security, context, content, intakes);
  }

  /** Why there is none with the setting insecure. */
  public static WrongSettingException insecure() {
    return new WrongSettingException(
        Settings.DRIVER.name(),
        "--insecure is for the driver zeromq only, since over a broker everybody could join");
  }

  /** Where nodes are reached, for people. */
  public String place() {
    return servers.shown();
  }

  @Override
  public void start(TransportListener listener, Threads threads) {
    String subject = subjects.newServer();
    Broker jobs = broker("directord server", jobMail, this::announce);
    Door door =
        new Door(subjects, subject, security, NatsJobs.LIMITS, minuteLog, context.refusals());
    LoopThread jobThread =
        threads.start(
            "nats-jobs",
            new NatsJobs(
                jobs,
                jobMail,
                door,
                context.memory(),
                minuteLog,
                System::nanoTime,
                listener,
                outgoing));
    parts.add(jobThread);
    parts.add(jobs);
    brokers.add(jobs);
    jobs.subscribe(subject, jobMail);
    jobs.subscribe(subjects.hello(), jobMail);
    announce();
    Broker contents = broker("directord server, content", contentMail, () -> {});
    parts.add(
        threads.start(
            "nats-content",
            new NatsContents(
                contents,
                contentMail,
                subjects,
                content,
                intakes,
                minuteLog,
                System::nanoTime,
                Runtime.getRuntime().maxMemory() / INBOX_SHARE)));
    parts.add(contents);
    brokers.add(contents);
    contents.subscribe(subjects.content(), contentMail);
  }

  @Override
  public String trouble() {
    if (!brokers.stream().allMatch(Broker::isUp)) {
      return "the broker at "
          + servers.shown()
          + " is not connected: nodes that are reached over it get no jobs; the log has the"
          + " reason";
    }
    return brokers.stream().map(Broker::limit).filter(Objects::nonNull).findFirst().orElse(null);
  }

  /** Nodes whose server has fallen silent then look for this one. */
  private void announce() {
    brokers.stream()
        .findFirst()
        .ifPresent(jobs -> jobs.publish(subjects.everyNode(), null, new byte[0]));
  }

  private Broker broker(String name, Mailbox mailbox, Runnable whenUp) {
    return new Broker(
        new Broker.Config(
            servers.urls(),
            servers.shown(),
            servers.credentials(),
            name,
            Math.max(Frames.MAX_MESSAGE_BYTES, Runtime.getRuntime().maxMemory() / INBOX_SHARE)),
        new Broker.Events() {
          @Override
          public void up() {
            LOG.log(System.Logger.Level.INFO, "{0} is connected to the broker", name);
            whenUp.run();
          }

          @Override
          public void trouble(String why) {
            minuteLog.warn(name, why);
          }

          @Override
          public void flushed() {
            mailbox.wake();
          }
        });
  }

  @Override
  public void send(List<AddressedMessage> messages) {
    outgoing.add(messages);
  }

  /** Says goodbye to the nodes, and ends the connections to the broker. */
  @Override
  public void close() {
    for (AutoCloseable part : parts) {
      try {
        part.close();
      } catch (Exception e) {
        LOG.log(System.Logger.Level.WARNING, "while the connection to the broker ended", e);
      }
    }
    parts.clear();
    minuteLog.close();
  }
}
