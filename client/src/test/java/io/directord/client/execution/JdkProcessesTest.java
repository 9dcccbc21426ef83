package io.directord.client.execution;

import io.directord.client.process.Spawner;
import io.directord.client.process.TestSpawner;

/** The same where the C library cannot be used, but for what Java alone cannot do. */
class JdkProcessesTest extends ProcessesTest {
  @Override
  Spawner spawner(String hidden) {
    return TestSpawner.jdkOnly(hidden);
  }

  @Override
  void endsAnOrphanThatHoldsNothingOfTheJob() {
    // It is no child of this process, and nothing tells whose it is.
  }

  @Override
  void givesCommandsDefaultSignalsAndOnlyTheStandardDescriptors() {
    // Signals that this process ignores, commands ignore too.
  }
}
