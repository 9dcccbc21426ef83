package io.directord.common.job;

/** How one job ended on one node. */
public sealed interface Outcome {

  /** The verb's message, for people; never null. */
  String info();

  /** The same outcome with another message. */
  Outcome withInfo(String other);

  default boolean isSuccess() {
    return !(this instanceof Failed);
  }

  /** The job did its work. */
  record Succeeded(String info) implements Outcome {
    /** The original's message, used by verbs without their own. */
    public static final Succeeded FINISHED = new Succeeded("task finished");

    @Override
    public Outcome withInfo(String other) {
      return new Succeeded(other);
    }
  }

  /** The fingerprint had already succeeded on the node; counts as success. */
  record Skipped(String info) implements Outcome {
    /** The original's message, used if the time of the earlier success is unknown. */
    public static final Skipped CACHED = new Skipped("task skipped");

    @Override
    public Outcome withInfo(String other) {
      return new Skipped(other);
    }
  }

  /** The work was not done, or may not have been done. */
  record Failed(Reason reason, String info) implements Outcome {
    @Override
    public Outcome withInfo(String other) {
      return new Failed(reason, other);
    }
  }

  /** Why a job failed. */
  enum Reason {
    /** The verb ran and failed. */
    ERROR,
    /** Terminated, with its whole process tree, at its timeout. */
    TIMEOUT,
    /** Terminated, or never begun, because it was cancelled. */
    CANCELLED,
    /** Was running when the node's client died; not run again. */
    INTERRUPTED,
    /** An earlier job of the same parent failed on that node. */
    OMITTED,
    /** A QUEUESENTINEL emptied the queue in which it waited. */
    DROPPED,
    /**
     * The parent had not begun on the node when it was cancelled, or when the time was up until
     * which it was held for a node that was away; or the job was given up with the node, which came
     * back without having begun it.
     */
    NOT_STARTED,
    /** The node is not enrolled. */
    UNKNOWN_TARGET,
    /** The node was silent for longer than the expiry; a late result replaces this one. */
    LOST,
    /** It ended on the node, but the server's store, damaged or an older copy, lacks the result. */
    RESULT_LOST,
    /** The node could not run it: an unknown verb, or content that could not be fetched. */
    REFUSED,
    /** The node's own configuration does not let it run there, whatever the server allows. */
    VETOED;

    /** Whether it never began, because of another job or since its parent did not begin. */
    public boolean isOmission() {
      return this == OMITTED || this == DROPPED || this == NOT_STARTED;
    }
  }
}
