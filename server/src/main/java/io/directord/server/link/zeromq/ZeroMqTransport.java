package io.directord.server.link.zeromq;

import io.directord.common.config.Settings;
import io.directord.common.wire.ContentMessage;
import io.directord.server.link.AddressedMessage;
import io.directord.server.link.ContentIntake;
import io.directord.server.link.ContentSource;
import io.directord.server.link.LinkSecurity;
import io.directord.server.link.Threads;
import io.directord.server.link.Transport;
import io.directord.server.link.TransportListener;
import io.directord.server.link.TransportProvider;
import java.io.IOException;
import java.util.List;

/** The job port and the content port, for clients of directord. */
public final class ZeroMqTransport implements Transport {
  private final JobSocket jobs;
  private final ContentSocket contents;

  private ZeroMqTransport(JobSocket jobs, ContentSocket contents) {
    this.jobs = jobs;
    this.contents = contents;
  }

  /**
   * Binds the ports.
   *
   * @param security who may join
   * @param content sealed deliveries for nodes
   * @param intakes take what nodes send
   */
  public static ZeroMqTransport open(
      Settings settings,
      TransportProvider.Context context,
      LinkSecurity security,
      ContentSource<ContentMessage.Request> content,
      ContentIntake intakes)
      throws IOException {
    JobSocket jobs =
        new JobSocket(
            context.address(),
            settings.get(Settings.JOB_PORT),
            security,
            context.memory(),
            context.refusals(),
            context.clock(),
            why -> context.threads().died("job port", why));
    try {
      return new ZeroMqTransport(
          jobs,
          new ContentSocket(
              context.address(),
              settings.get(Settings.BACKEND_PORT),
              content,
              intakes,
              context.clock(),
              why -> context.threads().died("content port", why)));
    } catch (IOException | RuntimeException e) {
      jobs.close();
      throw e;
    }
  }

  public int jobPort() {
    return jobs.port();
  }

  public int contentPort() {
    return contents.port();
  }

  @Override
  public void start(TransportListener listener, Threads threads) {
    jobs.start(listener, threads);
    contents.start(threads);
  }

  @Override
  public void send(List<AddressedMessage> messages) {
    jobs.send(messages);
  }

  @Override
  public void close() {
    jobs.close();
    contents.close();
  }
}
