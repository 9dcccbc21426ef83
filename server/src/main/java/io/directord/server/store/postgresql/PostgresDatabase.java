package io.directord.server.store.postgresql;

import io.directord.common.config.DatastoreUrl;
import io.directord.common.config.Settings;
import io.directord.common.validation.WrongSettingException;
import io.directord.server.store.StoreException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.BatchUpdateException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Locale;
import java.util.Properties;
import java.util.UUID;
import org.postgresql.Driver;
import org.postgresql.PGProperty;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** Where the database is, and how this server is known there. Thread-safe. */
final class PostgresDatabase {
  private static final int CONNECT_SECONDS = 5;

  /** A database that does not answer for so long counts as lost. */
  private static final int ANSWER_SECONDS = 30;

  private static final int SHORT_ID = 8;

  private final DatastoreUrl url;
  private final UUID id = UUID.randomUUID();

  /** What a connection is for, which the database shows beside it. */
  enum Use {
    WRITER,
    READER,
    CONTENT,
    LEASE
  }

  /**
   * @throws WrongSettingException if the driver does not know one of its options
   */
  PostgresDatabase(DatastoreUrl url) throws WrongSettingException {
    this.url = url;
    for (String option : url.options().split("&")) {
      String key = option.replaceFirst("=.*", "");
      if (!key.isEmpty() && PGProperty.forName(key) == null) {
        throw new WrongSettingException(
            Settings.DATASTORE.name(),
            "the driver of PostgreSQL, pgJDBC, has no option "
                + key
                + "; its documentation names them, such as sslmode and socketTimeout");
      }
    }
  }

  /**
   * Opens a connection that commits by itself.
   *
   * @param sockets closing them ends it, and what waits for it
   */
  Connection connect(Use use, DatabaseSockets.Group sockets) throws SQLException {
    return connect(use, sockets, ANSWER_SECONDS);
  }

  /**
   * Likewise.
   *
   * @param answerSeconds timeout of the database's answers
   */
  Connection connect(Use use, DatabaseSockets.Group sockets, int answerSeconds)
      throws SQLException {
    Properties properties = new Properties();
    if (url.user() != null) {
      PGProperty.USER.set(properties, url.user());
    }
    if (url.password() != null) {
      PGProperty.PASSWORD.set(properties, url.password());
    }
    PGProperty.APPLICATION_NAME.set(properties, name(use));
    PGProperty.CONNECT_TIMEOUT.set(properties, Math.min(CONNECT_SECONDS, answerSeconds));
    PGProperty.SOCKET_TIMEOUT.set(properties, answerSeconds);
    PGProperty.TCP_KEEP_ALIVE.set(properties, true);
    PGProperty.SOCKET_FACTORY.set(properties, DatabaseSockets.class.getName());
    PGProperty.SOCKET_FACTORY_ARG.set(properties, sockets.name());
    PGProperty.TARGET_SERVER_TYPE.set(properties, "primary");
    return new Driver().connect(address(), properties);
  }

  private String address() {
    return "jdbc:postgresql://" + url.hosts() + "/" + encoded(url.database()) + "?" + url.options();
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /** Of this process, and of no other. */
  UUID id() {
    return id;
  }

  /** Under what name the database knows such connections of this process. */
  String name(Use use) {
    return name(id, use);
  }

  /** Likewise of another process. */
  static String name(UUID process, Use use) {
    return "directord "
        + process.toString().substring(0, SHORT_ID)
        + " "
        + use.name().toLowerCase(Locale.ROOT);
  }

  /** For people. */
  String location() {
    return url.shown();
  }

  StoreException failed(SQLException e) {
    return new StoreException("the store " + location() + " failed: " + why(e), e);
  }

  /** Of a batch without its statement, which holds what was to be stored. */
  private static String why(SQLException failed) {
    boolean batch = failed instanceof BatchUpdateException && failed.getNextException() != null;
    SQLException e = batch ? failed.getNextException() : failed;
    ServerErrorMessage said = e instanceof PSQLException own ? own.getServerErrorMessage() : null;
    String why = said == null ? e.getMessage() : said.getMessage();
    return String.valueOf(why).replaceAll("\\s*\\R\\s*", " ").replaceFirst("[.\\s]+$", "");
  }
}
