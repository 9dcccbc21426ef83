package io.directord.client.cache;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

/**
 * What the jobs of recent runs are about, by run and name: so that one that follows them tells what
 * they have left from what jobs of the same names in other orchestrations have. In memory only.
 * Thread-safe.
 */
public final class RunWorks {
  private static final int MAX = 10_000;

  private record Named(UUID run, String job) {}

  private final Map<Named, String> works =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Named, String> eldest) {
          return size() > MAX;
        }
      };

  /** Notes it when the job's turn has come, whether it runs or not. */
  public synchronized void note(UUID run, String job, String work) {
    works.put(new Named(run, job), work);
  }

  /** That of a job; null if its turn was before this process began, or long ago. */
  public synchronized String of(UUID run, String job) {
    return works.get(new Named(run, job));
  }
}
