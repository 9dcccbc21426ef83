package io.directord.common.job;

/** How one job ended on one node. */
public sealed interface Outcome {

  /** What the verb says about it, for people; never null. */
  String info();

  /** The same, said in other words. */
  Outcome withInfo(String other);

  default boolean isSuccess() {
    return !(this instanceof Failed);
  }

  /** The job did its work. */
  record Succeeded(String info) implements Outcome {
    /** The original's words where a verb has nothing to say. */
    public static final Succeeded FINISHED = new Succeeded("task finished");

    @Override
    public Outcome withInfo(String other) {
      return new Succeeded(other);
    }
  }

  /** Its fingerprint had already succeeded there; counts as success. */
  record Skipped(String info) implements Outcome {
    /** The original's words for it, where nobody knows since when. */
    public static final Skipped CACHED = new Skipped("task skipped");

    @Override
    public Outcome withInfo(String other) {
      return new Skipped(other);
    }
  }

  /** The work was not done, or not known to be done. */
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
    /** Ended, with its whole process tree, when its time was up. */
    TIMEOUT,
    /** Ended, or never begun, because somebody asked for it. */
    CANCELLED,
    /** It was running when its node's client died; it is not run again. */
    INTERRUPTED,
    /** An earlier job of the same parent failed on that node. */
    OMITTED,
    /** A QUEUESENTINEL emptied the queue in which it waited. */
    DROPPED,
    /** No node of that name is enrolled. */
    UNKNOWN_TARGET,
    /** The node was not heard of for longer than the expiry; a late result replaces this one. */
    LOST,
    /** The node could not take it: an unknown verb, or content that could not be had. */
    REFUSED;

    /** Whether it never began, because of another job. */
    public boolean isOmission() {
      return this == OMITTED || this == DROPPED;
    }
  }
}
