package io.directord.legacy.ports;

import io.directord.common.config.Settings;
import io.directord.common.validation.WrongSettingException;
import io.directord.server.link.AddressedMessage;
import io.directord.server.link.Threads;
import io.directord.server.link.Transport;
import io.directord.server.link.TransportListener;
import io.directord.server.link.TransportProvider;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Optional;

/** The pair of ports for the Python clients of the original. */
final class LegacyTransport implements Transport {
  private static final System.Logger LOG = System.getLogger(LegacyTransport.class.getName());

  private final LegacyContents contents;
  private final LegacyJobSocket jobs;
  private final LegacyContentSocket files;

  /** Opens the ports if the settings ask for them. */
  public static final class Provider implements TransportProvider {
    @Override
    public void check(Settings settings) throws WrongSettingException {
      boolean wanted = settings.isSet(Settings.LEGACY_JOB_PORT);
      if (wanted != settings.isSet(Settings.LEGACY_BACKEND_PORT)) {
        throw new WrongSettingException(
            (wanted ? Settings.LEGACY_JOB_PORT : Settings.LEGACY_BACKEND_PORT).name(),
            "clients of the original need two ports: set both --legacy-job-port and"
                + " --legacy-backend-port, or neither");
      }
    }

    @Override
    public Optional<Transport> open(Settings settings, Context context) throws IOException {
      check(settings);
      boolean wanted = settings.isSet(Settings.LEGACY_JOB_PORT);
      return wanted ? Optional.of(bind(settings, context)) : Optional.empty();
    }

    private static Transport bind(Settings settings, Context context) throws IOException {
      String own = settings.get(Settings.LEGACY_SHARED_KEY);
      String sharedKey = own != null ? own : context.sharedKey();
      if (sharedKey == null) {
        throw new WrongSettingException(
            Settings.LEGACY_JOB_PORT.name(),
            "clients of the original join by a shared key: set --legacy-shared-key to theirs");
      }
      LegacyTransport transport = new LegacyTransport(settings, context, sharedKey);
      LOG.log(
          Level.WARNING,
          "clients of the original may join at ports {0} and {1}, in the clear{2}",
          String.valueOf(transport.jobs.port()),
          String.valueOf(transport.files.port()),
          own != null
              ? ""
              : ", and the shared key goes over the network with them: better give them one of"
                  + " their own with --legacy-shared-key");
      return transport;
    }
  }

  private LegacyTransport(Settings settings, TransportProvider.Context context, String sharedKey)
      throws IOException {
    this.contents = new LegacyContents(context.contents());
    this.jobs =
        new LegacyJobSocket(
            this,
            context.address(),
            settings.get(Settings.LEGACY_JOB_PORT),
            sharedKey,
            contents,
            context.memory(),
            context.refusals(),
            context.clock(),
            why -> context.threads().died("legacy job port", why));
    try {
      this.files =
          new LegacyContentSocket(
              context.address(),
              settings.get(Settings.LEGACY_BACKEND_PORT),
              sharedKey,
              contents,
              context.refusals(),
              context.clock(),
              why -> context.threads().died("legacy content port", why));
    } catch (IOException | RuntimeException e) {
      jobs.close();
      throw e;
    }
  }

  @Override
  public void start(TransportListener listener, Threads threads) {
    jobs.start(listener, threads);
    files.start(threads);
  }

  @Override
  public void send(List<AddressedMessage> messages) {
    jobs.send(messages);
  }

  @Override
  public void close() {
    jobs.close();
    files.close();
    contents.close();
  }
}
