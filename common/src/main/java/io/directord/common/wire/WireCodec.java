package io.directord.common.wire;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.directord.common.job.CapturedOutput;
import io.directord.common.job.JobJson;
import io.directord.common.job.NodeResult;
import io.directord.common.job.Outcome;
import io.directord.common.job.RunDetails;
import io.directord.common.json.Json;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Encodes messages to {@link Frames} and decodes them. Stateless; decoding any bytes throws nothing
 * but {@link BadMessageException}.
 */
public final class WireCodec {
  private static final String WELCOME = "welcome";
  private static final String REFUSED = "refused";
  private static final String SAFE = "safe";
  private static final String SUCCEEDED = "succeeded";
  private static final String SKIPPED = "skipped";

  /** Maximum characters of an unknown word in a message. */
  private static final int MAX_WORD = 40;

  /** Maximum of durations. */
  private static final Duration MAX_TIME = Duration.ofDays(3650);

  /** The end of the year 9999. */
  private static final long MAX_MICROS = 253_402_300_799_999_999L;

  private WireCodec() {}

  private record WelcomeData(String version, Duration heartbeatInterval, int contentPort) {
    WelcomeData {
      require(
          heartbeatInterval != null
              && !heartbeatInterval.isZero()
              && !heartbeatInterval.isNegative(),
          "an interval above 0 is needed");
      require(contentPort > 0 && contentPort <= 0xffff, "a port is needed");
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

  /** Older nodes give no number. */
  private record Held(List<UUID> begun, List<UUID> queued, long number) {
    Held {
      require(
          begun != null && queued != null && isComplete(begun) && isComplete(queued),
          "ids of jobs are needed");
    }
  }

  /** Older servers give ids alone. */
  private record Dropped(List<UUID> ids, List<UUID> gone, long number) {
    Dropped {
      gone = gone == null ? List.of() : gone;
      require(ids != null && isComplete(ids) && isComplete(gone), "ids of jobs are needed");
    }
  }

  /** An older node takes it for the news that no result is safe. */
  private record HeardData(List<UUID> ids, Duration agentUptime) {}

  private record Output(NodeMessage.Stream stream, long lostLines) {}

  /**
   * Times are numbers here, in microseconds since 1970, since there is one such message for each
   * job and node, and writing dates as text is most of what encoding one would cost. What is not
   * there of the last three was not said by an older version: false, one attempt, unknown.
   */
  private record Ended(
      String outcome,
      Outcome.Reason reason,
      long executionNanos,
      Long startedMicros,
      long endedMicros,
      @JsonUnwrapped Ran ran) {}

  private record Ran(
      @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean cut,
      int attempts,
      @JsonInclude(JsonInclude.Include.NON_NULL) Boolean changed) {}

  private record Waiting(boolean waiting) {}

  private record Room(long bytes) {}

  private record ChunkNumber(long chunk) {}

  public static Frames encode(NodeMessage message) {
    if (message instanceof Heartbeat heartbeat) {
      return frames(Control.HEARTBEAT, null, null, Json.bytes(heartbeat), null);
    }
    if (message instanceof NodeMessage.Started started) {
      return frames(Control.PROCESSING, started.jobId(), started.verb(), null, "task processing");
    }
    if (message instanceof NodeMessage.Waiting waiting) {
      return new Frames(
          waiting.jobId().toString(),
          Control.PROCESSING,
          waiting.verb(),
          Json.bytes(new Waiting(true)),
          "Waiting for callback tasks to complete",
          null,
          utf8(waiting.answer()));
    }
    if (message instanceof NodeMessage.Holding holding) {
      Held held = new Held(holding.begun(), holding.queued(), holding.number());
      return frames(Control.HOLDING, null, null, Json.bytes(held), null);
    }
    if (message instanceof NodeMessage.Output output) {
      boolean stdout = output.stream() == NodeMessage.Stream.STDOUT;
      return new Frames(
          output.jobId().toString(),
          Control.OUTPUT,
          output.verb(),
          Json.bytes(new Output(output.stream(), output.lostLines())),
          null,
          stdout ? null : output.bytes(),
          stdout ? output.bytes() : null);
    }
    if (message instanceof NodeMessage.RoomWanted wanted) {
      return frames(Control.ROOM, null, null, Json.bytes(new Room(wanted.bytes())), null);
    }
    NodeMessage.Ended ended = (NodeMessage.Ended) message;
    NodeResult result = ended.result();
    RunDetails details = result.details();
    return new Frames(
        result.jobId().toString(),
        result.outcome().isSuccess() ? Control.FINISHED : Control.FAILED,
        ended.verb(),
        Json.bytes(
            new Ended(
                outcomeName(result.outcome()),
                result.outcome() instanceof Outcome.Failed failed ? failed.reason() : null,
                result.executionTime().toNanos(),
                result.startedAt() == null ? null : micros(result.startedAt()),
                micros(result.endedAt()),
                new Ran(details.cut(), details.attempts(), details.changed()))),
        result.outcome().info(),
        utf8(result.stderr()),
        utf8(result.stdout()));
  }

  public static NodeMessage decodeFromNode(Frames frames) throws BadMessageException {
    try {
      return switch (frames.control()) {
        case HEARTBEAT -> heartbeat(frames);
        case PROCESSING -> processing(frames);
        case HOLDING -> holding(frames);
        case OUTPUT -> output(frames);
        case ROOM -> new NodeMessage.RoomWanted(read(frames, Room.class).bytes());
        case FINISHED, FAILED -> ended(frames);
        default -> throw new BadMessageException("a node does not send " + frames.control());
      };
    } catch (JacksonException | IllegalArgumentException e) {
      throw new BadMessageException(frames.control() + ": " + firstLine(e), e);
    }
  }

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
    if (message instanceof ServerMessage.Safe safe) {
      return frames(Control.ACK, null, SAFE, Json.bytes(new Ids(safe.jobIds())), null);
    }
    if (message instanceof ServerMessage.RoomGranted granted) {
      return frames(Control.ROOM, null, null, Json.bytes(new Room(granted.bytes())), null);
    }
    if (message instanceof ServerMessage.Cancel cancel) {
      return frames(Control.CANCEL, null, null, Json.bytes(new Ids(cancel.jobIds())), null);
    }
    if (message instanceof ServerMessage.Drop drop) {
      Dropped dropped = new Dropped(drop.jobIds(), drop.gone(), drop.number());
      return frames(Control.HOLDING, null, null, Json.bytes(dropped), null);
    }
    if (message instanceof ServerMessage.Heard heard) {
      HeardData data = new HeardData(List.of(), heard.agentUptime());
      return frames(Control.ACK, null, SAFE, Json.bytes(data), null);
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
                  welcome.version(), welcome.heartbeatInterval(), welcome.contentPort())),
          null);
    }
    if (message instanceof ServerMessage.Refused refused) {
      return frames(Control.FAILED, null, REFUSED, null, refused.reason());
    }
    if (message instanceof ServerMessage.WhoAreYou) {
      return frames(Control.HEARTBEAT, null, null, null, null);
    }
    throw new IllegalArgumentException("a message that has no form on the wire: " + message);
  }

  public static ServerMessage decodeFromServer(Frames frames) throws BadMessageException {
    try {
      return switch (frames.control()) {
        case NONE -> run(frames);
        case ACK -> acknowledged(frames);
        case COORDINATION_ACK -> new ServerMessage.Resume(id(frames), true, info(frames));
        case COORDINATION_FAILED -> new ServerMessage.Resume(id(frames), false, info(frames));
        case ROOM -> new ServerMessage.RoomGranted(read(frames, Room.class).bytes());
        case CANCEL -> new ServerMessage.Cancel(read(frames, Ids.class).ids());
        case HOLDING -> drop(frames);
        case COORDINATION -> new ServerMessage.Noted(id(frames));
        case FAILED -> new ServerMessage.Refused(String.valueOf(frames.info()));
        case HEARTBEAT -> new ServerMessage.WhoAreYou();
        default -> throw new BadMessageException("a server does not send " + frames.control());
      };
    } catch (JacksonException | IllegalArgumentException e) {
      throw new BadMessageException(frames.control() + ": " + firstLine(e), e);
    }
  }

  public static Frames encode(ContentMessage message) {
    if (message instanceof ContentMessage.Request) {
      return content(Control.TRANSFER_START, message, null);
    }
    if (message instanceof ContentMessage.Chunk chunk) {
      return content(Control.TRANSFER_END, message, chunk.sealed());
    }
    return content(Control.FAILED, message, ((ContentMessage.Denied) message).sealed());
  }

  private static Frames content(Control control, ContentMessage message, byte[] sealed) {
    byte[] data = Json.bytes(new ChunkNumber(message.chunk()));
    return new Frames(null, control, null, data, null, message.ticket(), sealed);
  }

  public static ContentMessage decodeContent(Frames frames) throws BadMessageException {
    try {
      long chunk = read(frames, ChunkNumber.class).chunk();
      byte[] ticket = frames.stderr();
      if (ticket == null || chunk < 0) {
        throw new BadMessageException("content: ticket and chunk are needed");
      }
      byte[] sealed = frames.stdout() == null ? new byte[0] : frames.stdout();
      return switch (frames.control()) {
        case TRANSFER_START -> new ContentMessage.Request(ticket, chunk);
        case TRANSFER_END -> new ContentMessage.Chunk(ticket, chunk, sealed);
        case FAILED -> new ContentMessage.Denied(ticket, chunk, sealed);
        default -> throw new BadMessageException("content: unexpected " + frames.control());
      };
    } catch (JacksonException | IllegalArgumentException e) {
      throw new BadMessageException("content: " + firstLine(e), e);
    }
  }

  private static Heartbeat heartbeat(Frames frames) throws BadMessageException {
    Heartbeat beat = read(frames, Heartbeat.class);
    if (beat.identity() == null || beat.identity().isBlank() || beat.session() == null) {
      throw new BadMessageException("heartbeat: identity and session are needed");
    }
    requireText(beat.identity());
    return new Heartbeat(
        beat.identity(),
        facts(beat.client()),
        beat.protocol(),
        beat.session(),
        capabilities(beat),
        beat.journal());
  }

  private static ClientFacts facts(ClientFacts said) throws BadMessageException {
    requireName(said.version());
    requireText(said.machineId());
    requireName(said.driver());
    return new ClientFacts(
        said.version() == null ? "" : said.version(),
        within(said.hostUptime()),
        within(said.agentUptime()),
        said.machineId() == null ? "" : said.machineId(),
        said.driver() == null ? "zeromq" : said.driver());
  }

  /** Names end up in logs and tables, one a line. */
  private static void requireName(String name) throws BadMessageException {
    requireText(name);
    if (name != null && name.length() > Identities.MAX_LENGTH) {
      throw new BadMessageException("heartbeat: a name is too long");
    }
  }

  private static void requireText(String name) throws BadMessageException {
    if (name != null && name.chars().anyMatch(Character::isISOControl)) {
      throw new BadMessageException("heartbeat: a name has control characters");
    }
  }

  /** Times are summed up and subtracted, so none is so extreme that this could fail. */
  private static Duration within(Duration time) {
    if (time == null || time.isNegative()) {
      return Duration.ZERO;
    }
    return time.compareTo(MAX_TIME) > 0 ? MAX_TIME : time;
  }

  private static Set<String> capabilities(Heartbeat beat) throws BadMessageException {
    if (beat.capabilities() == null) {
      return Set.of();
    }
    if (!isComplete(beat.capabilities())) {
      throw new BadMessageException("heartbeat: a capability is null");
    }
    return Set.copyOf(beat.capabilities());
  }

  private static NodeMessage processing(Frames frames) throws BadMessageException {
    if (frames.data() != null && read(frames, Waiting.class).waiting()) {
      return new NodeMessage.Waiting(id(frames), frames.command(), text(frames.stdout()));
    }
    return new NodeMessage.Started(id(frames), frames.command());
  }

  private static NodeMessage.Holding holding(Frames frames) throws BadMessageException {
    Held held = read(frames, Held.class);
    return new NodeMessage.Holding(held.begun(), held.queued(), held.number());
  }

  private static NodeMessage.Output output(Frames frames) throws BadMessageException {
    Output data = read(frames, Output.class);
    NodeMessage.Stream stream = data.stream();
    byte[] bytes = stream == NodeMessage.Stream.STDOUT ? frames.stdout() : frames.stderr();
    if (stream == null || bytes == null) {
      throw new BadMessageException("output: stream and bytes are needed");
    }
    return new NodeMessage.Output(
        id(frames), frames.command(), stream, bytes, Math.max(0, data.lostLines()));
  }

  /** The most frequent message by far: read field by field, since making records is slow. */
  private static NodeMessage.Ended ended(Frames frames) throws BadMessageException {
    ObjectNode data = read(frames, ObjectNode.class);
    if (!data.path("ended_micros").isIntegralNumber()) {
      throw new BadMessageException("ended: the time is needed");
    }
    String info = info(frames);
    Outcome outcome;
    if (frames.control() == Control.FAILED) {
      String reason = data.path("reason").asString(Outcome.Reason.ERROR.name());
      outcome = new Outcome.Failed(Outcome.Reason.valueOf(reason), info);
    } else if (SKIPPED.equals(data.path("outcome").asString(""))) {
      outcome = new Outcome.Skipped(info);
    } else if (SUCCEEDED.equals(data.path("outcome").asString(SUCCEEDED))) {
      outcome = new Outcome.Succeeded(info);
    } else {
      outcome = unknownOutcome(data.path("outcome").asString(""), info);
    }
    return new NodeMessage.Ended(
        frames.command(),
        new NodeResult(
            id(frames),
            outcome,
            new CapturedOutput(text(frames.stdout()), text(frames.stderr())),
            within(Duration.ofNanos(data.path("execution_nanos").asLong(0))),
            data.hasNonNull("started_micros") ? instant(data.path("started_micros")) : null,
            instant(data.path("ended_micros")),
            details(data)));
  }

  /** What nobody here knows is no success. */
  private static Outcome unknownOutcome(String word, String info) {
    String shown = word.length() > MAX_WORD ? word.substring(0, MAX_WORD) + "…" : word;
    String why = "the node ended it with an outcome that this server does not know: " + shown;
    return new Outcome.Failed(Outcome.Reason.ERROR, info.isEmpty() ? why : why + "; " + info);
  }

  private static RunDetails details(ObjectNode ended) {
    int unsaid = ended.hasNonNull("started_micros") ? 1 : 0;
    JsonNode changed = ended.path("changed");
    return new RunDetails(
        ended.path("cut").asBoolean(false),
        Math.max(0, ended.path("attempts").asInt(unsaid)),
        changed.isBoolean() ? changed.booleanValue() : null);
  }

  private static long micros(Instant instant) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, instant);
  }

  private static Instant instant(JsonNode micros) {
    long since = Math.min(Math.max(micros.asLong(0), 0), MAX_MICROS);
    return Instant.EPOCH.plus(since, ChronoUnit.MICROS);
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
    if (SAFE.equals(frames.command())) {
      List<UUID> safe = read(frames, Ids.class).ids();
      Duration uptime = safe.isEmpty() ? read(frames, HeardData.class).agentUptime() : null;
      return uptime == null ? new ServerMessage.Safe(safe) : new ServerMessage.Heard(uptime);
    }
    if (!WELCOME.equals(frames.command())) {
      throw new BadMessageException("an unknown acknowledgement");
    }
    WelcomeData welcome = read(frames, WelcomeData.class);
    return new ServerMessage.Welcome(
        welcome.version(), welcome.heartbeatInterval(), welcome.contentPort());
  }

  private static String outcomeName(Outcome outcome) {
    if (outcome instanceof Outcome.Skipped) {
      return SKIPPED;
    }
    return outcome instanceof Outcome.Failed ? "failed" : SUCCEEDED;
  }

  private static Frames frames(Control control, UUID id, String command, byte[] data, String info) {
    String messageId = (id == null ? UUID.randomUUID() : id).toString();
    return new Frames(messageId, control, command, data, info, null, null);
  }

  private static <T> T read(Frames frames, Class<T> type) throws BadMessageException {
    if (frames.data() == null) {
      throw new BadMessageException(frames.control() + ": data is missing");
    }
    T value = Json.read(frames.data(), type);
    if (value == null) {
      throw new BadMessageException(frames.control() + ": data is null");
    }
    return value;
  }

  private static UUID id(Frames frames) throws BadMessageException {
    if (frames.messageId() == null) {
      throw new BadMessageException("the job's id is missing");
    }
    return UUID.fromString(frames.messageId());
  }

  private static String info(Frames frames) {
    return frames.info() == null ? "" : frames.info();
  }

  private static byte[] utf8(String text) {
    return text == null || text.isEmpty() ? null : text.getBytes(StandardCharsets.UTF_8);
  }

  private static String text(byte[] frame) {
    return frame == null ? "" : new String(frame, StandardCharsets.UTF_8);
  }

  private static void require(boolean condition, String message) {
    if (!condition) {
      throw new IllegalArgumentException(message);
    }
  }

  private static boolean isComplete(Collection<?> values) {
    return values.stream().allMatch(Objects::nonNull);
  }

  private static String firstLine(Exception e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }
}
