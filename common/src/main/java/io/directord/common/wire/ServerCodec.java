package io.directord.common.wire;

import static io.directord.common.wire.FrameData.EXPLAIN;
import static io.directord.common.wire.FrameData.JOIN;
import static io.directord.common.wire.FrameData.firstLine;
import static io.directord.common.wire.FrameData.frames;
import static io.directord.common.wire.FrameData.id;
import static io.directord.common.wire.FrameData.info;
import static io.directord.common.wire.FrameData.isComplete;
import static io.directord.common.wire.FrameData.read;
import static io.directord.common.wire.FrameData.require;

import io.directord.common.job.JobJson;
import io.directord.common.json.Json;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.node.ObjectNode;

/**
 * Encodes what the server says to {@link Frames} and decodes it. Stateless; decoding any bytes
 * throws nothing but {@link BadMessageException}.
 */
public final class ServerCodec {
  private static final String WELCOME = "welcome";
  private static final String REFUSED = "refused";

  /** The word that all versions have for it. */
  private static final String DURABLE = "safe";

  /** As the server's setting has it. */
  private static final Duration MAX_INTERVAL = Duration.ofSeconds(1_000_000_000);

  private ServerCodec() {}

  private record WelcomeData(
      String version, Duration heartbeatInterval, int contentPort, List<String> joinKeys) {
    WelcomeData {
      require(
          heartbeatInterval != null
              && !heartbeatInterval.isZero()
              && !heartbeatInterval.isNegative()
              && heartbeatInterval.compareTo(MAX_INTERVAL) <= 0,
          "an interval above 0 and up to " + MAX_INTERVAL.toSeconds() + " s is needed");
      require(contentPort > 0 && contentPort <= 0xffff, "a port is needed");
      require(joinKeys == null || isComplete(joinKeys), "a key is null");
    }
  }

  private record RunData(ObjectNode job, List<Delivery> deliveries) {
    RunData {
      require(job != null, "a job is needed");
      require(deliveries == null || isComplete(deliveries), "a delivery is null");
    }
  }

  private record Ids(List<UUID> ids) {
    Ids {
      require(ids != null && isComplete(ids), "ids of jobs are needed");
    }
  }

  /** Older servers give ids alone. */
  private record Dropped(List<UUID> ids, List<UUID> gone, long number) {
    Dropped {
      gone = gone == null ? List.of() : gone;
      require(ids != null && isComplete(ids) && isComplete(gone), "ids of jobs are needed");
    }
  }

  /** Older servers give ids alone, and older nodes read no others. */
  private record Cancelled(List<UUID> ids, List<UUID> parents) {
    Cancelled {
      parents = parents == null ? ids : parents;
      require(
          ids != null && isComplete(ids) && isComplete(parents) && parents.size() == ids.size(),
          "ids of jobs and of their parents are needed");
    }

    static Cancelled of(ServerMessage.Cancel cancel) {
      return new Cancelled(
          List.copyOf(cancel.jobs().keySet()), List.copyOf(cancel.jobs().values()));
    }

    Map<UUID, UUID> jobs() {
      Map<UUID, UUID> jobs = new LinkedHashMap<>();
      for (int i = 0; i < ids.size(); i++) {
        jobs.put(ids.get(i), parents.get(i));
      }
      return jobs;
    }
  }

  /** An older node takes it for the news that no result is durable. */
  private record HeardData(List<UUID> ids, Duration agentUptime) {}

  public static Frames encode(ServerMessage message) {
    if (message instanceof ServerMessage.Run run) {
      return frames(
          Control.NONE,
          run.job().id(),
          run.job().verb(),
          Json.bytes(new RunData(JobJson.write(run.job()), run.deliveries())),
          null);
    }
    if (message instanceof ServerMessage.Resume resume) {
      return frames(
          resume.success() ? Control.COORDINATION_ACK : Control.COORDINATION_FAILED,
          resume.jobId(),
          null,
          null,
          resume.info());
    }
    if (message instanceof ServerMessage.Durable durable) {
      return frames(Control.ACK, null, DURABLE, Json.bytes(new Ids(durable.jobIds())), null);
    }
    if (message instanceof ServerMessage.RoomGranted granted) {
      return frames(
          Control.ROOM, null, null, Json.bytes(new FrameData.Room(granted.bytes())), null);
    }
    if (message instanceof ServerMessage.Cancel cancel) {
      return frames(Control.CANCEL, null, null, Json.bytes(Cancelled.of(cancel)), null);
    }
    if (message instanceof ServerMessage.Drop drop) {
      Dropped dropped = new Dropped(drop.jobIds(), drop.gone(), drop.number());
      return frames(Control.HOLDING, null, null, Json.bytes(dropped), null);
    }
    if (message instanceof ServerMessage.Heard heard) {
      HeardData data = new HeardData(List.of(), heard.agentUptime());
      return frames(Control.ACK, null, DURABLE, Json.bytes(data), null);
    }
    if (message instanceof ServerMessage.Noted noted) {
      return frames(Control.COORDINATION, noted.jobId(), null, null, null);
    }
    if (message instanceof ServerMessage.Welcome welcome) {
      return frames(
          Control.ACK,
          null,
          WELCOME,
          Json.bytes(
              new WelcomeData(
                  welcome.version(),
                  welcome.heartbeatInterval(),
                  welcome.contentPort(),
                  welcome.joinKeys())),
          null);
    }
    if (message instanceof ServerMessage.Refused refused) {
      return frames(Control.FAILED, null, REFUSED, null, refused.reason());
    }
    if (message instanceof ServerMessage.Explain explain) {
      byte[] number = Json.bytes(new FrameData.Number(explain.number()));
      return frames(Control.QUESTION, explain.jobId(), EXPLAIN, number, null);
    }
    if (message instanceof ServerMessage.Verdict verdict) {
      return frames(Control.QUESTION, null, JOIN, Json.bytes(verdict), null);
    }
    if (message instanceof ServerMessage.WhoAreYou) {
      return frames(Control.HEARTBEAT, null, null, null, null);
    }
    throw new IllegalArgumentException("a message that has no form on the wire: " + message);
  }

  public static ServerMessage decode(Frames frames) throws BadMessageException {
    try {
      return switch (frames.control()) {
        case NONE -> run(frames);
        case ACK -> acknowledged(frames);
        case COORDINATION_ACK -> new ServerMessage.Resume(id(frames), true, info(frames));
        case COORDINATION_FAILED -> new ServerMessage.Resume(id(frames), false, info(frames));
        case ROOM -> new ServerMessage.RoomGranted(read(frames, FrameData.Room.class).bytes());
        case CANCEL -> new ServerMessage.Cancel(read(frames, Cancelled.class).jobs());
        case HOLDING -> drop(frames);
        case COORDINATION -> new ServerMessage.Noted(id(frames));
        case FAILED -> new ServerMessage.Refused(String.valueOf(frames.info()));
        case HEARTBEAT -> new ServerMessage.WhoAreYou();
        case QUESTION ->
            JOIN.equals(frames.command())
                ? read(frames, ServerMessage.Verdict.class)
                : new ServerMessage.Explain(
                    id(frames), read(frames, FrameData.Number.class).number());
        default -> throw new BadMessageException("a server does not send " + frames.control());
      };
    } catch (JacksonException | IllegalArgumentException e) {
      throw new BadMessageException(frames.control() + ": " + firstLine(e), e);
    }
  }

  private static ServerMessage.Run run(Frames frames) throws BadMessageException {
    RunData data = read(frames, RunData.class);
    return new ServerMessage.Run(
        JobJson.read(data.job()), data.deliveries() == null ? List.of() : data.deliveries());
  }

  private static ServerMessage.Drop drop(Frames frames) throws BadMessageException {
    Dropped dropped = read(frames, Dropped.class);
    return new ServerMessage.Drop(dropped.ids(), dropped.gone(), dropped.number());
  }

  private static ServerMessage acknowledged(Frames frames) throws BadMessageException {
    if (DURABLE.equals(frames.command())) {
      List<UUID> durable = read(frames, Ids.class).ids();
      Duration uptime = durable.isEmpty() ? read(frames, HeardData.class).agentUptime() : null;
      return uptime == null ? new ServerMessage.Durable(durable) : new ServerMessage.Heard(uptime);
    }
    if (!WELCOME.equals(frames.command())) {
      throw new BadMessageException("an unknown acknowledgement");
    }
    WelcomeData welcome = read(frames, WelcomeData.class);
    return new ServerMessage.Welcome(
        welcome.version(),
        welcome.heartbeatInterval(),
        welcome.contentPort(),
        welcome.joinKeys() == null ? List.of() : welcome.joinKeys());
  }
}
