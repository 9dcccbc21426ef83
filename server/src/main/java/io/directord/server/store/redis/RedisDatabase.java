package io.directord.server.store.redis;

import io.directord.common.config.DatastoreUrl;
import io.directord.server.store.StoreException;
import java.util.UUID;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.exceptions.JedisException;

/** Where the database is, and how this server is known there. Thread-safe. */
final class RedisDatabase {
  private static final int CONNECT_MILLIS = 10_000;

  /** A database that does not answer for so long counts as lost. */
  private static final int ANSWER_MILLIS = 30_000;

  private final DatastoreUrl url;
  private final String name = "directord-" + UUID.randomUUID();

  RedisDatabase(DatastoreUrl url) {
    this.url = url;
  }

  Jedis connect() {
    DefaultJedisClientConfig config =
        DefaultJedisClientConfig.builder()
            .user(url.user())
            .password(url.password())
            .database(url.database().isEmpty() ? 0 : Integer.parseInt(url.database()))
            .clientName(name)
            .autoNegotiateProtocol(false)
            .connectionTimeoutMillis(CONNECT_MILLIS)
            .socketTimeoutMillis(ANSWER_MILLIS)
            .build();
    int colon = url.hosts().lastIndexOf(':');
    boolean hasPort = colon > url.hosts().lastIndexOf(']');
    String host = hasPort ? url.hosts().substring(0, colon) : url.hosts();
    int port = hasPort ? Integer.parseInt(url.hosts().substring(colon + 1)) : Protocol.DEFAULT_PORT;
    Jedis connection = new Jedis(new HostAndPort(host.replaceAll("[\\[\\]]", ""), port), config);
    try {
      connection.connect();
      return connection;
    } catch (JedisException e) {
      connection.close();
      throw e;
    }
  }

  /** Under what name connections of this server, and of no other, are known to the database. */
  String name() {
    return name;
  }

  /** For people. */
  String location() {
    return url.shown();
  }

  StoreException failed(JedisException e) {
    Throwable cause = e;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    String why = String.valueOf(cause.getMessage()).replaceFirst("\\.$", "");
    return new StoreException("the store " + location() + " failed: " + why, e);
  }
}
