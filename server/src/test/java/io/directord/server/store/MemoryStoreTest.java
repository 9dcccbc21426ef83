package io.directord.server.store;

class MemoryStoreTest extends JobStoreContract {
  @Override
  JobStore open() {
    return new MemoryStore();
  }
}
