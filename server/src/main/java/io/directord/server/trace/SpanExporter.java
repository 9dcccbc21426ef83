package io.directord.server.trace;

import io.directord.common.api.JobSummary;
import io.directord.common.api.NodeOutcome;
import io.directord.common.job.Job;
import io.directord.common.job.Outcome;
import io.directord.common.validation.Quoted;
import io.directord.server.dispatch.TraceOutlet;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * Makes a span of each job, and below it one of each result. A job with a traceparent is part of
 * that trace; others make one of their run. Times are the server's, whatever clocks nodes have. For
 * the dispatcher's thread.
 */
public final class SpanExporter implements TraceOutlet {
  private static final int MAX_TEXT = 200;

  /** Jobs whose traceparent is known; of one that is not among them the last span is left out. */
  private static final int MAX_JOBS = 100_000;

  private static final double NANOS = 1e9;
  private static final int SAMPLED = 1;

  private final Consumer<Span> to;
  private final InstantSource clock;
  private final Map<UUID, Place> jobs =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<UUID, Place> eldest) {
          return size() > MAX_JOBS;
        }
      };

  /**
   * The place of a job in a trace.
   *
   * @param parent span that has caused it; null if nobody said one
   * @param isSampled whether who caused it wants to see it
   */
  private record Place(String trace, String parent, boolean isSampled) {
    static Place of(Job job) {
      String given = job.options().traceparent();
      if (given == null) {
        return new Place(hex(job.parent().id()), null, true);
      }
      // VERSION-TRACE-SPAN-FLAGS
      String[] parts = given.split("-");
      return new Place(parts[1], parts[2], (Integer.parseInt(parts[3], 16) & SAMPLED) == SAMPLED);
    }
  }

  SpanExporter(Consumer<Span> to, InstantSource clock) {
    this.to = to;
    this.clock = clock;
  }

  @Override
  public void result(Job job, NodeOutcome outcome) {
    Place place = jobs.computeIfAbsent(job.id(), id -> Place.of(job));
    if (!place.isSampled()) {
      return;
    }
    Instant end = clock.instant();
    Map<String, Object> attributes = new LinkedHashMap<>();
    attributes.put("directord.node", outcome.node());
    attributes.put("directord.verb", job.verb());
    attributes.put("directord.job.id", job.id());
    attributes.put("directord.state", word(outcome.state()));
    Outcome.Reason reason = outcome.reason();
    attributes.put("directord.reason", reason == null ? null : word(reason));
    attributes.put("directord.roundtrip_seconds", outcome.roundtripTime().toNanos() / NANOS);
    to.accept(
        new Span(
            new Span.Ids(place.trace(), idOf(job.id(), outcome.node()), idOf(job.id())),
            job.verb() + " on " + outcome.node(),
            end.minus(outcome.executionTime()),
            end,
            reason == null ? null : word(reason),
            attributes));
  }

  @Override
  public void ended(JobSummary job) {
    Place place = jobs.remove(job.id());
    if (place == null || !place.isSampled()) {
      return;
    }
    Map<String, Object> attributes = new LinkedHashMap<>();
    attributes.put("directord.job.id", job.id());
    attributes.put("directord.run.id", job.parent().id());
    attributes.put("directord.run.name", begin(job.parent().name()));
    attributes.put("directord.job.name", begin(job.name()));
    attributes.put("directord.verb", job.verb());
    attributes.put("directord.submitted_by", job.origin().submittedBy());
    attributes.put("directord.targets", job.targets());
    attributes.put("directord.failed", job.failed());
    Instant end = clock.instant();
    to.accept(
        new Span(
            new Span.Ids(place.trace(), idOf(job.id()), place.parent()),
            job.name() == null ? job.verb() : begin(job.name()),
            job.submittedAt().isAfter(end) ? end : job.submittedAt(),
            end,
            job.failed() == 0 ? null : "failed on " + job.failed() + " of " + job.targets(),
            attributes));
  }

  private static String begin(String name) {
    return name == null ? null : Quoted.begin(name, MAX_TEXT);
  }

  private static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  private static String hex(UUID id) {
    return id.toString().replace("-", "");
  }

  /** The half of an id that is never zero. */
  private static String idOf(UUID job) {
    return HexFormat.of().toHexDigits(job.getLeastSignificantBits());
  }

  private static String idOf(UUID job, String node) {
    byte[] name = node.getBytes(StandardCharsets.UTF_8);
    ByteBuffer all = ByteBuffer.allocate(2 * Long.BYTES + name.length);
    all.putLong(job.getMostSignificantBits()).putLong(job.getLeastSignificantBits()).put(name);
    return idOf(UUID.nameUUIDFromBytes(all.array()));
  }
}
