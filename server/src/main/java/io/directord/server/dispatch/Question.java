package io.directord.server.dispatch;

import io.directord.server.store.JobStore;

/**
 * A question of a caller that is answered from the store, on a thread that may block on the disk.
 */
interface Question<T> {

  /**
   * @throws RefusedException if it cannot be answered
   */
  T answer(JobStore store);
}
