package io.directord.server.store;

class MemoryStoreTest extends JobStoreContract {
  @Override
  protected JobStore open() {
    return new MemoryStore();
  }
}
