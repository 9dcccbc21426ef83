package io.directord.common.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.directord.common.wire.NodeMessage;
import io.directord.common.wire.OutputPosition;
import java.util.List;
import java.util.UUID;

/** An event at the server, sent to followers. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "event")
@JsonSubTypes({
  @JsonSubTypes.Type(value = Event.JobTaken.class, name = "job_taken"),
  @JsonSubTypes.Type(value = Event.JobRunning.class, name = "job_running"),
  @JsonSubTypes.Type(value = Event.JobOutput.class, name = "job_output"),
  @JsonSubTypes.Type(value = Event.NodeAnswered.class, name = "node_answered"),
  @JsonSubTypes.Type(value = Event.JobEnded.class, name = "job_ended"),
  @JsonSubTypes.Type(value = Event.RunChanged.class, name = "run_changed"),
  @JsonSubTypes.Type(value = Event.NodeChanged.class, name = "node_changed"),
  @JsonSubTypes.Type(value = Event.Missed.class, name = "missed")
})
public sealed interface Event {

  /** A job was accepted and is durable. */
  record JobTaken(JobSummary job) implements Event {}

  /** A node says that the job is running. */
  record JobRunning(UUID jobId, UUID parentId, String node) implements Event {}

  /**
   * Output of a running job that asked to be streamed; may be cut inside a line.
   *
   * @param position of the text in what the node has sent of this stream; null if it is not known
   * @param lostLines how many lines before this text the node could not send
   */
  record JobOutput(
      UUID jobId,
      UUID parentId,
      String node,
      NodeMessage.Stream stream,
      String text,
      @JsonInclude(JsonInclude.Include.NON_NULL) OutputPosition position,
      long lostLines)
      implements Event {}

  /** A node's result is durable. */
  record NodeAnswered(UUID jobId, UUID parentId, NodeOutcome outcome) implements Event {}

  /**
   * The last target has answered.
   *
   * @param named targets with anything but a plain success or failure
   */
  record JobEnded(JobSummary job, @JsonUnwrapped EndedNodes named) implements Event {}

  /** A parent is paused, or was; also told when less of a paused one runs. */
  record RunChanged(@JsonUnwrapped RunState run) implements Event {}

  /** A node joined, left, came back or expired. */
  record NodeChanged(NodeView node) implements Event {}

  /**
   * Events were dropped here, since the follower was too slow, or since what it had missed before
   * it connected was too much to be sent at once. If {@link #mayHideEnds}, request the jobs.
   *
   * @param events all of them
   * @param outputs those of them that were output
   * @param lines of output, all together
   * @param output the first jobs and nodes of which output was missed
   * @param results those of the events that were results from before the follower connected, each
   *     of which can be requested by itself
   */
  record Missed(long events, long outputs, long lines, List<MissedOutput> output, long results)
      implements Event {

    public Missed {
      output = output == null ? List.of() : List.copyOf(output);
    }

    /** Events of which nothing more is known. */
    public Missed(long events) {
      this(events, 0, 0, List.of(), 0);
    }

    /** Events, some of which were output. */
    public Missed(long events, long outputs, long lines, List<MissedOutput> output) {
      this(events, outputs, lines, output, 0);
    }

    /** Results from before the follower connected. */
    public static Missed results(long number) {
      return new Missed(number, 0, 0, List.of(), number);
    }

    /** Whether the end of a job may be among them: more than output and such results. */
    public boolean mayHideEnds() {
      return events > outputs + results;
    }
  }

  /** Number of dropped lines of a job's output on a node. */
  record MissedOutput(UUID jobId, String node, long lines) {}
}
