package io.directord.common.api;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.UUID;

/** Lists of jobs, which the server gives a part at a time. */
final class JobPages {
  private static final int NOT_FOUND = 404;

  /** Jobs that are requested at once. */
  private static final int PAGE = 1000;

  private final ApiCalls calls;

  JobPages(ApiCalls calls) {
    this.calls = calls;
  }

  /**
   * The newest retained jobs, up to a number, in the order of submission.
   *
   * @param parent only those of this submission; null for all
   */
  List<JobSummary> newest(int limit, UUID parent) throws IOException {
    Deque<List<JobSummary>> pages = new ArrayDeque<>();
    String ofParent = parent == null ? "" : "&parent=" + parent;
    int left = limit;
    String target = "/v1/jobs?limit=" + Math.min(PAGE, left) + ofParent;
    Bodies.Jobs page = calls.get(target, Replies::jobs);
    pages.addFirst(page.jobs());
    left -= page.jobs().size();
    while (page.more() > 0 && left > 0 && !page.jobs().isEmpty()) {
      page = pageBefore("/v1/jobs?limit=" + Math.min(PAGE, left) + ofParent, page.jobs());
      pages.addFirst(page.jobs());
      left -= page.jobs().size();
    }
    return pages.stream().flatMap(List::stream).toList();
  }

  /** Others may use the server between two pages, and it makes no answer about all jobs at once. */
  private Bodies.Jobs pageBefore(String target, List<JobSummary> page) throws IOException {
    for (JobSummary oldest : page) {
      try {
        return calls.get(target + "&before=" + oldest.id(), Replies::jobs);
      } catch (ApiException e) {
        // If it was forgotten meanwhile, the next one stands for it.
        if (e.problem().status() != NOT_FOUND) {
          throw e;
        }
      }
    }
    return new Bodies.Jobs(List.of(), 0);
  }
}
