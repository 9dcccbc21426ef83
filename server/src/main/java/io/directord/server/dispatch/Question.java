package io.directord.server.dispatch;

import io.directord.server.store.JobStore;

/** What a caller wants to know from the store; answered on a thread that may wait for the disk. */
interface Question<T> {

  /**
   * @throws RefusedException if there is no answer
   */
  T answer(JobStore store);
}
