package io.directord.legacy.ports;

import io.directord.common.config.Setting;
import io.directord.common.config.Settings;
import io.directord.server.link.Credential;
import io.directord.server.link.Transport;
import io.directord.server.link.TransportContract;
import io.directord.server.link.TransportProvider;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import tools.jackson.databind.JsonNode;

/**
 * Such a client is given the next job of a parent when the last has ended, so one that does not
 * read is not cut off: what piles up for it is bounded by the jobs that it may have without an
 * answer.
 */
class LegacyTransportTest extends TransportContract {
  @Override
  protected List<Setting<Integer>> ports() {
    return List.of(Settings.LEGACY_JOB_PORT, Settings.LEGACY_BACKEND_PORT);
  }

  @Override
  protected Transport open(Settings settings, TransportProvider.Context context)
      throws IOException {
    return new LegacyTransport.Provider().open(settings, context).orElseThrow();
  }

  @Override
  protected Class<? extends Credential> credential() {
    return Credential.SharedSecret.class;
  }

  @Override
  protected Peer connect(String identity, Settings settings) {
    return new Client(identity, settings);
  }

  @Override
  protected Peer connectWithoutReading(String identity, Settings settings) {
    return new Client(identity, settings);
  }

  /** Reads only when it is asked for its jobs, and ends each at once. */
  private static final class Client implements Peer {
    private final LegacyPeer peer;
    private final List<UUID> jobs = new ArrayList<>();
    private boolean closed;

    Client(String identity, Settings settings) {
      peer = new LegacyPeer(settings.get(Settings.LEGACY_JOB_PORT), identity, "a shared key");
    }

    @Override
    public void say(String machine) {
      peer.heartbeat(machine);
    }

    @Override
    public List<UUID> jobs() {
      List<String> frames = peer.hear(1);
      while (frames != null) {
        JsonNode job = LegacyPeer.jobOf(frames);
        jobs.add(UUID.fromString(job.get("job_id").asString()));
        peer.queued(job);
        peer.ended(job, LegacyPeer.EOT, "");
        frames = peer.hear(1);
      }
      return List.copyOf(jobs);
    }

    @Override
    public void close() {
      if (!closed) {
        closed = true;
        peer.close();
      }
    }
  }
}
