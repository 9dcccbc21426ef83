package io.directord.server.dispatch;

import io.directord.common.validation.ErrorCode;

/** The memory for jobs that have not ended. */
final class JobRoom {
  private static final int MEBIBYTE = 1 << 20;

  private final long maxBytes;
  private final long maxCommitBytes;

  /**
   * @param maxBytes of all jobs that have not ended
   * @param maxCommitBytes of the encoded jobs of a submission, which is committed at once: the
   *     store has it in memory several times then
   */
  JobRoom(long maxBytes, long maxCommitBytes) {
    this.maxBytes = maxBytes;
    this.maxCommitBytes = maxCommitBytes;
  }

  /**
   * The demand of a submission.
   *
   * @param jobs how many it brings
   * @param fitting how many of them were looked at before without being too many
   * @param bytes what these and the next one take
   * @param encodedBytes what they are long
   */
  record Load(int jobs, int fitting, long bytes, long encodedBytes) {}

  /**
   * Refuses the submission if there is no room for it.
   *
   * @param unended number of live jobs
   * @param unendedBytes their memory
   * @throws RefusedException saying whether to wait, or to submit less at once
   */
  void require(Load load, int unended, long unendedBytes) {
    if (load.bytes > maxBytes) {
      throw new RefusedException(
          RefusedException.Kind.INVALID,
          ErrorCode.TOO_LARGE,
          "these "
              + load.jobs
              + " jobs are too many at once: jobs that have not ended may take "
              + maxBytes / MEBIBYTE
              + " MiB of this server's memory, which about "
              + load.fitting
              + " of them fill. Submit them in parts, one after the other has ended, or "
              + moreMemory());
    }
    if (load.encodedBytes > maxCommitBytes) {
      throw new RefusedException(
          RefusedException.Kind.INVALID,
          ErrorCode.TOO_LARGE,
          "these "
              + load.jobs
              + " jobs are too long together: jobs that are submitted at once may have "
              + (maxCommitBytes >> 10)
              + " KiB, which about "
              + load.fitting
              + " of them fill. Submit them in parts, deliver what is long as files, with COPY, or "
              + moreMemory());
    }
    if (load.bytes + unendedBytes > maxBytes) {
      throw new RefusedException(
          RefusedException.Kind.FULL,
          ErrorCode.SERVER_FULL,
          "there is no room for these "
              + load.jobs
              + " jobs beside the "
              + unended
              + " that have not ended, which take "
              + unendedBytes / MEBIBYTE
              + " of "
              + maxBytes / MEBIBYTE
              + " MiB: wait until some have ended (directord manage --list-jobs), or "
              + moreMemory());
    }
  }

  private static String moreMemory() {
    long heap = Runtime.getRuntime().maxMemory() / MEBIBYTE;
    return "start the server with a larger heap than its "
        + heap
        + " MiB (DIRECTORD_JAVA_OPTS=-Xmx"
        + 2 * heap
        + "m)";
  }
}
