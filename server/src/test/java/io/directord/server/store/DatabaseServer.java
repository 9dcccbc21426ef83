package io.directord.server.store;

/** A database of the test's own, which may end and come back. */
public interface DatabaseServer extends AutoCloseable {

  /** An empty database of it, as the setting {@code datastore} names it. */
  String newDatabase();

  /** Its password, as it stands in URLs. */
  String password();

  /** Ends it in order: connections are cut, what they were at is not done. */
  void stop();

  /** Ends it as a failure does. */
  void kill();

  /** Starts it after {@link #stop} or {@link #kill}; returns when it answers. */
  void startAgain();

  @Override
  void close();
}
