package io.directord.cli.top;

/**
 * What the server has to do, and with what.
 *
 * @param results of jobs on nodes since the server's start
 * @param refused attempts of clients to join that were refused, since then
 */
record ServerLoad(Nodes nodes, Work work, Memory memory, long results, long refused) {

  record Nodes(long active, long away, long expired) {
    long all() {
      return active + away + expired;
    }
  }

  /**
   * Jobs.
   *
   * @param open those that have not ended
   * @param queued that wait in the server, each counted once for every node
   * @param sent likewise, that were sent and have no result
   * @param pausedRuns parents that begin on no further node
   * @param heldRuns parents that wait for nodes which are away
   */
  record Work(long open, long queued, long sent, long pausedRuns, long heldRuns) {}

  /**
   * In bytes.
   *
   * @param heapLimit 0 if it is not known
   * @param process all memory of the process; 0 if it is not known
   */
  record Memory(long heap, long heapLimit, long process) {}

  static ServerLoad of(MetricsText text) {
    return new ServerLoad(
        new Nodes(nodes(text, "active"), nodes(text, "away"), nodes(text, "expired")),
        new Work(
            text.sum("directord_jobs_open"),
            text.sum("directord_queue_jobs"),
            text.sum("directord_window_jobs"),
            text.sum("directord_runs_paused"),
            text.sum("directord_runs_held")),
        new Memory(
            text.value("jvm_memory_used_bytes", "area", "heap"),
            text.value("jvm_memory_max_bytes", "area", "heap"),
            text.sum("process_resident_memory_bytes")),
        text.sum("directord_results_total"),
        text.sum("directord_joins_refused_total"));
  }

  private static long nodes(MetricsText text, String state) {
    return text.value("directord_nodes", "state", state);
  }
}
