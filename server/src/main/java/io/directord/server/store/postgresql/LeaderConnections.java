package io.directord.server.store.postgresql;

import io.directord.server.store.ReadConnections;
import io.directord.server.store.StoreException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/**
 * Connections for what is changed beside the commits of the store, as long as this server leads.
 * Thread-safe.
 */
final class LeaderConnections implements AutoCloseable {
  private final PostgresDatabase database;
  private final long epoch;
  private final ReadConnections<Connection, SQLException> connections;

  /**
   * @param sockets of the connections
   * @param epoch in which something may be changed
   */
  LeaderConnections(PostgresDatabase database, DatabaseSockets.Group sockets, long epoch) {
    this.database = database;
    this.epoch = epoch;
    this.connections =
        new ReadConnections<>(
            () -> {
              Connection fresh = database.connect(PostgresDatabase.Use.CONTENT, sockets);
              PostgresSchema.session(fresh);
              return fresh;
            });
  }

  /** Work on a connection, which may be done again. */
  interface Work<T> {
    T run(Connection connection) throws SQLException;
  }

  <T> T with(Work<T> work) {
    try {
      return connections.read(work::run);
    } catch (SQLException e) {
      throw database.failed(e);
    }
  }

  /**
   * Executes a statement which changes something only in this epoch.
   *
   * @param values the last one of which is {@link #epoch}
   */
  void change(String sql, Object... values) {
    if (with(connection -> Statements.update(connection, sql, values)) == 0) {
      throw StoreException.notLeading(database.location());
    }
  }

  /** Does the work in one transaction, which fails if another server leads. */
  void together(Work<?> work) {
    with(
        connection -> {
          connection.setAutoCommit(false);
          work.run(connection);
          // Last, since commits of the dispatcher and the election wait for this lock.
          try (PreparedStatement leads =
              connection.prepareStatement(
                  "SELECT 1 FROM directord.format WHERE epoch = ? FOR SHARE")) {
            leads.setLong(1, epoch);
            if (!leads.executeQuery().next()) {
              throw StoreException.notLeading(database.location());
            }
          }
          connection.commit();
          connection.setAutoCommit(true);
          return null;
        });
  }

  long epoch() {
    return epoch;
  }

  @Override
  public void close() {
    connections.close();
  }
}
