package io.directord.server;

import io.directord.common.config.Settings;
import io.directord.server.content.Deliveries;
import io.directord.server.link.JobLink;
import io.directord.server.link.JobListener;
import io.directord.server.link.Refusals;
import io.directord.server.link.legacy.LegacyContentSocket;
import io.directord.server.link.legacy.LegacyContents;
import io.directord.server.link.legacy.LegacyJobSocket;
import io.directord.server.memory.ResultMemory;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.InstantSource;

/** The pair of ports for the Python clients of the original, if the settings ask for it. */
final class LegacyPorts {
  private static final System.Logger LOG = System.getLogger(LegacyPorts.class.getName());

  private final Crew crew;
  private final LegacyContents contents;
  private final LegacyJobSocket jobs;
  private final LegacyContentSocket files;
  private Thread jobThread;
  private Thread fileThread;

  private LegacyPorts(
      Settings settings,
      String address,
      String sharedKey,
      Deliveries deliveries,
      ResultMemory memory,
      Refusals refusals,
      InstantSource clock,
      Crew crew)
      throws IOException {
    this.crew = crew;
    this.contents = new LegacyContents(deliveries::plain);
    this.jobs =
        new LegacyJobSocket(
            address,
            settings.get(Settings.LEGACY_JOB_PORT),
            sharedKey,
            contents,
            memory,
            refusals,
            clock,
            why -> crew.died("legacy job port", why));
    try {
      this.files =
          new LegacyContentSocket(
              address,
              settings.get(Settings.LEGACY_BACKEND_PORT),
              sharedKey,
              contents,
              refusals,
              clock,
              why -> crew.died("legacy content port", why));
    } catch (IOException | RuntimeException e) {
      jobs.abandon();
      throw e;
    }
  }

  /** Binds them; null if the settings do not ask for them. */
  static LegacyPorts open(
      Settings settings,
      Admittance admittance,
      Deliveries deliveries,
      ResultMemory memory,
      Refusals refusals,
      InstantSource clock,
      Crew crew)
      throws IOException, CannotStartException {
    boolean wanted = settings.isSet(Settings.LEGACY_JOB_PORT);
    if (wanted != settings.isSet(Settings.LEGACY_BACKEND_PORT)) {
      throw new CannotStartException(
          "clients of the original need two ports: set both --legacy-job-port and"
              + " --legacy-backend-port, or neither");
    }
    if (!wanted) {
      return null;
    }
    String own = settings.get(Settings.LEGACY_SHARED_KEY);
    String sharedKey = own != null ? own : admittance.sharedKey();
    if (sharedKey == null) {
      throw new CannotStartException(
          "clients of the original join by a shared key: set --legacy-shared-key to theirs");
    }
    LegacyPorts ports =
        new LegacyPorts(
            settings, admittance.address(), sharedKey, deliveries, memory, refusals, clock, crew);
    LOG.log(
        Level.WARNING,
        "clients of the original may join at ports {0} and {1}, in the clear{2}",
        String.valueOf(ports.jobs.port()),
        String.valueOf(ports.files.port()),
        own != null
            ? ""
            : ", and the shared key goes over the network with them: better give them one of their"
                + " own with --legacy-shared-key");
    return ports;
  }

  JobLink link() {
    return jobs;
  }

  int jobPort() {
    return jobs.port();
  }

  int contentPort() {
    return files.port();
  }

  /** From here on the sockets belong to their threads. */
  void start(JobListener listener) {
    jobThread = crew.start("legacy-job-port", () -> jobs.serve(listener));
    fileThread = crew.start("legacy-content-port", files);
  }

  /** Gives the ports back if no thread serves them. */
  void abandon() {
    jobs.abandon();
    files.abandon();
    contents.close();
  }

  /** Ends the threads. */
  void close() {
    jobs.close();
    files.close();
    contents.close();
    Crew.join(jobThread);
    Crew.join(fileThread);
  }
}
