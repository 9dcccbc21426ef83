package io.directord.server.dispatch;

import io.directord.common.api.JobFilter;
import io.directord.common.api.JobSummary;
import io.directord.server.store.JobStore;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.UUID;

/**
 * Finds the jobs that have not ended which come first by a filter. It looks at all of them, so that
 * is not for the dispatcher's thread.
 *
 * @param open those jobs, in the order of submission; may change meanwhile
 * @param limit how many are found at most
 */
record OpenSearch(Collection<LiveJob> open, int limit, JobFilter filter)
    implements Question<OpenSearch.Found> {

  /**
   * What was found.
   *
   * @param jobs ids, in order
   * @param more how many others the filter matches
   */
  record Found(List<UUID> jobs, int more) {}

  private record Ranked(long seq, JobSummary job) {}

  @Override
  public Found answer(JobStore store) {
    Comparator<Ranked> order =
        Comparator.comparing(Ranked::job, filter.order().comparator()).thenComparing(Ranked::seq);
    PriorityQueue<Ranked> lastFirst = new PriorityQueue<>(order.reversed());
    int matches = 0;
    for (LiveJob job : open) {
      JobSummary summary = job.summaryForLists();
      if (filter.matches(summary)) {
        matches++;
        lastFirst.add(new Ranked(job.seq(), summary));
        if (lastFirst.size() > limit) {
          lastFirst.remove();
        }
      }
    }
    List<UUID> first = lastFirst.stream().sorted(order).map(one -> one.job().id()).toList();
    return new Found(first, matches - first.size());
  }
}
