package io.directord.client;

import io.directord.common.storage.IoErrors;
import java.io.IOException;
import java.lang.System.Logger.Level;

/**
 * Logs that a key stays as it was, since its file cannot be read any more or says something else:
 * each reason once, until it can be read again. For one thread.
 */
final class Rereading {
  private static final System.Logger LOG = System.getLogger(Rereading.class.getName());

  private final String what;
  private String told;

  /**
   * @param what for people, such as {@code the join token}
   */
  Rereading(String what) {
    this.what = what;
  }

  void failed(IOException e) {
    String why = IoErrors.sayWhere(e);
    if (!why.equals(told)) {
      LOG.log(Level.WARNING, "{0} stays as it was when it was read last: {1}", what, why);
      told = why;
    }
  }

  void succeeded() {
    told = null;
  }
}
