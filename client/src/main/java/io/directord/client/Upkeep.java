package io.directord.client;

import io.directord.common.storage.IoErrors;
import io.directord.common.wire.NodeTrouble;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;

/**
 * Rewrites a file of this node that was removed from the disk, and looks whether it can be written.
 *
 * @param what is kept in the file, for people
 * @param needed whether jobs are refused without it
 */
record Upkeep(String what, boolean needed, Work work) {
  private static final Logger LOG = System.getLogger(Upkeep.class.getName());

  /** Throws what is in its way. */
  interface Work {
    void run() throws IOException;
  }

  /**
   * Does all of it; what fails is logged, and retried before the next job and with the next
   * heartbeat.
   *
   * @param all the most important first
   * @return the first that failed, for the server; null if none did
   */
  static NodeTrouble trouble(List<Upkeep> all) {
    NodeTrouble first = null;
    for (Upkeep one : all) {
      try {
        one.work.run();
      } catch (IOException e) {
        String why = IoErrors.sayWhere(e);
        LOG.log(Level.ERROR, "of this node: {0} cannot be written: {1}", one.what, why);
        if (first == null) {
          first =
              new NodeTrouble(
                  (one.needed ? "it refuses jobs, or is about to, since " : "")
                      + one.what
                      + " cannot be written: "
                      + why,
                  one.needed);
        }
      }
    }
    return first;
  }
}
