package io.directord.server;

import io.directord.common.api.Leadership;

/** Whether this server leads. Thread-safe; never waits. */
interface Tenure {

  /** Of a server that has its store alone. */
  Tenure FOREVER =
      new Tenure() {
        @Override
        public boolean holds() {
          return true;
        }

        @Override
        public Leadership leadership() {
          return null;
        }
      };

  /** Whether it may tell nodes and callers anything. */
  boolean holds();

  /** Who leads, as far as is known; null for a server that has its store alone. */
  Leadership leadership();
}
