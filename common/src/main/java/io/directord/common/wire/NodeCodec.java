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
import static io.directord.common.wire.FrameData.text;
import static io.directord.common.wire.FrameData.utf8;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.directord.common.job.BroughtFiles;
import io.directord.common.job.CapturedOutput;
import io.directord.common.job.NodeResult;
import io.directord.common.job.Outcome;
import io.directord.common.job.RunDetails;
import io.directord.common.json.Json;
import io.directord.common.security.JoinProof;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Encodes what nodes say to {@link Frames} and decodes it. Stateless; decoding any bytes throws
 * nothing but {@link BadMessageException}.
 */
public final class NodeCodec {
  private static final String SUCCEEDED = "succeeded";
  private static final String SKIPPED = "skipped";
  private static final String FILES = "files";

  /** Decided by the server alone, about a node that says nothing. */
  private static final Set<Outcome.Reason> OF_SERVER =
      EnumSet.of(Outcome.Reason.LOST, Outcome.Reason.UNKNOWN_TARGET);

  /** Maximum characters of an unknown word in a message. */
  private static final int MAX_WORD = 40;

  /** Maximum of durations. */
  private static final Duration MAX_TIME = Duration.ofDays(3650);

  /** The end of the year 9999 less {@link #MAX_TIME}, which may be added to it. */
  private static final long MAX_MICROS = 253_086_940_799_999_999L;

  private NodeCodec() {}

  /** Older nodes give no number. */
  private record Held(List<UUID> begun, List<UUID> queued, long number) {
    Held {
      require(
          begun != null && queued != null && isComplete(begun) && isComplete(queued),
          "ids of jobs are needed");
    }
  }

  private record Output(
      NodeMessage.Stream stream,
      @JsonInclude(JsonInclude.Include.NON_NULL) OutputPosition position,
      long lostLines) {}

  private record Processing(
      boolean waiting, @JsonInclude(JsonInclude.Include.NON_NULL) Long journalSteps) {}

  public static Frames encode(NodeMessage message) {
    if (message instanceof Heartbeat heartbeat) {
      return frames(Control.HEARTBEAT, null, null, Json.bytes(heartbeat), null);
    }
    if (message instanceof NodeMessage.Started started) {
      byte[] data = Json.bytes(new Processing(false, started.journalSteps()));
      return frames(Control.PROCESSING, started.jobId(), started.verb(), data, "task processing");
    }
    if (message instanceof NodeMessage.Waiting waiting) {
      return new Frames(
          waiting.jobId().toString(),
          Control.PROCESSING,
          waiting.verb(),
          Json.bytes(new Processing(true, null)),
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
          Json.bytes(new Output(output.stream(), output.position(), output.lostLines())),
          null,
          stdout ? null : output.bytes(),
          stdout ? output.bytes() : null);
    }
    if (message instanceof NodeMessage.RoomWanted wanted) {
      return frames(Control.ROOM, null, null, Json.bytes(new FrameData.Room(wanted.bytes())), null);
    }
    if (message instanceof NodeMessage.Explained explained) {
      byte[] number = Json.bytes(new FrameData.Number(explained.number()));
      return frames(Control.QUESTION, explained.jobId(), EXPLAIN, number, explained.text());
    }
    if (message instanceof NodeMessage.Inquiry inquiry) {
      return frames(Control.QUESTION, null, JOIN, Json.bytes(inquiry), null);
    }
    if (message instanceof NodeMessage.Ended ended) {
      return ended(ended);
    }
    throw new IllegalArgumentException("a message that has no form on the wire: " + message);
  }

  private static Frames ended(NodeMessage.Ended ended) {
    NodeResult result = ended.result();
    return new Frames(
        result.jobId().toString(),
        result.outcome().isSuccess() ? Control.FINISHED : Control.FAILED,
        ended.verb(),
        data(result),
        result.outcome().info(),
        utf8(result.stderr()),
        utf8(result.stdout()));
  }

  /**
   * Times are numbers here, in microseconds since 1970, and everything is written by hand, since
   * there is one such message for each job and node. What is not there of the last four was not
   * said by an older version: false, one attempt, unknown, unknown.
   */
  private static byte[] data(NodeResult result) {
    RunDetails details = result.details();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
    try (JsonGenerator out = Json.mapper().createGenerator(bytes)) {
      out.writeStartObject();
      out.writeStringProperty("outcome", outcomeName(result.outcome()));
      if (result.outcome() instanceof Outcome.Failed failed) {
        out.writeStringProperty("reason", failed.reason().name());
      }
      out.writeNumberProperty("execution_nanos", result.executionTime().toNanos());
      if (result.startedAt() != null) {
        out.writeNumberProperty("started_micros", micros(result.startedAt()));
      }
      out.writeNumberProperty("ended_micros", micros(result.endedAt()));
      if (details.cut()) {
        out.writeBooleanProperty("cut", true);
      }
      out.writeNumberProperty("attempts", details.attempts());
      if (details.changed() != null) {
        out.writeBooleanProperty("changed", details.changed());
      }
      if (details.brought() != null && details.brought().said() != null) {
        out.writeNumberProperty(FILES, details.brought().said());
      }
      out.writeEndObject();
    }
    return bytes.toByteArray();
  }

  public static NodeMessage decode(Frames frames) throws BadMessageException {
    try {
      return switch (frames.control()) {
        case HEARTBEAT -> heartbeat(frames);
        case PROCESSING -> processing(frames);
        case HOLDING -> holding(frames);
        case OUTPUT -> output(frames);
        case ROOM -> new NodeMessage.RoomWanted(read(frames, FrameData.Room.class).bytes());
        case FINISHED, FAILED -> ended(frames);
        case QUESTION -> question(frames);
        default -> throw new BadMessageException("a node does not send " + frames.control());
      };
    } catch (JacksonException | IllegalArgumentException e) {
      throw new BadMessageException(frames.control() + ": " + firstLine(e), e);
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
        beat.journal(),
        attributes(beat.attributes()));
  }

  private static NodeAttributes attributes(NodeAttributes said) throws BadMessageException {
    Optional<String> wrong = said == null ? Optional.empty() : said.error();
    if (wrong.isPresent()) {
      throw new BadMessageException("heartbeat: labels or facts: " + wrong.get());
    }
    return said;
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
        said.driver() == null ? "zeromq" : said.driver(),
        said.trouble(),
        proof(said.join()));
  }

  private static JoinProof proof(JoinProof said) throws BadMessageException {
    if (said != null && !said.isWellFormed()) {
      throw new BadMessageException("a proof of a join token that has not the form of one");
    }
    return said;
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
    Processing data =
        frames.data() == null ? new Processing(false, null) : read(frames, Processing.class);
    if (data.waiting()) {
      return new NodeMessage.Waiting(id(frames), frames.command(), text(frames.stdout()));
    }
    return new NodeMessage.Started(id(frames), frames.command(), data.journalSteps());
  }

  private static NodeMessage question(Frames frames) throws BadMessageException {
    if (!JOIN.equals(frames.command())) {
      long number = read(frames, FrameData.Number.class).number();
      return new NodeMessage.Explained(id(frames), number, info(frames));
    }
    NodeMessage.Inquiry inquiry = read(frames, NodeMessage.Inquiry.class);
    if (inquiry.identity() == null || inquiry.identity().isBlank()) {
      throw new BadMessageException("inquiry: the identity is needed");
    }
    requireText(inquiry.identity());
    requireText(inquiry.machineId());
    requireName(inquiry.version());
    return new NodeMessage.Inquiry(
        inquiry.identity(),
        inquiry.machineId() == null ? "" : inquiry.machineId(),
        inquiry.protocol(),
        inquiry.version() == null ? "" : inquiry.version(),
        proof(inquiry.join()));
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
        id(frames),
        frames.command(),
        stream,
        bytes,
        data.position(),
        Math.max(0, data.lostLines()));
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
      outcome = failed(data.path("reason").asString(Outcome.Reason.ERROR.name()), info);
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

  /** The job of a result that could not be decoded; null if it is not known. */
  public static UUID endedJob(Frames frames) {
    boolean isResult = frames.control() == Control.FINISHED || frames.control() == Control.FAILED;
    try {
      return isResult ? id(frames) : null;
    } catch (BadMessageException e) {
      return null;
    }
  }

  private static Outcome failed(String word, String info) {
    return Arrays.stream(Outcome.Reason.values())
        .filter(reason -> reason.name().equals(word) && !OF_SERVER.contains(reason))
        .findFirst()
        .<Outcome>map(reason -> new Outcome.Failed(reason, info))
        .orElseGet(() -> unknownOutcome(word, info));
  }

  /** An unknown outcome is not a success. */
  private static Outcome unknownOutcome(String word, String info) {
    String shown = word.length() > MAX_WORD ? word.substring(0, MAX_WORD) + "…" : word;
    String why = "the node ended it with an outcome that this server does not take: " + shown;
    return new Outcome.Failed(Outcome.Reason.ERROR, info.isEmpty() ? why : why + "; " + info);
  }

  private static RunDetails details(ObjectNode ended) {
    int unsaid = ended.hasNonNull("started_micros") ? 1 : 0;
    JsonNode changed = ended.path("changed");
    return new RunDetails(
        ended.path("cut").asBoolean(false),
        Math.max(0, ended.path("attempts").asInt(unsaid)),
        changed.isBoolean() ? changed.booleanValue() : null,
        brought(ended.path(FILES)));
  }

  /** What has come of it the server knows. */
  private static BroughtFiles brought(JsonNode files) {
    return files.canConvertToInt() && files.isIntegralNumber() && files.intValue() >= 0
        ? BroughtFiles.said(files.intValue())
        : null;
  }

  private static long micros(Instant instant) {
    // Not by ChronoUnit, which overflows after the year 2262.
    return Math.addExact(
        Math.multiplyExact(instant.getEpochSecond(), 1_000_000), instant.getNano() / 1000);
  }

  private static Instant instant(JsonNode micros) {
    long since = Math.min(Math.max(micros.asLong(0), 0), MAX_MICROS);
    return Instant.EPOCH.plus(since, ChronoUnit.MICROS);
  }

  private static String outcomeName(Outcome outcome) {
    if (outcome instanceof Outcome.Skipped) {
      return SKIPPED;
    }
    return outcome instanceof Outcome.Failed ? "failed" : SUCCEEDED;
  }
}
