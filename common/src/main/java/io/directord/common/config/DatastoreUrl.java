package io.directord.common.config;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A database as {@link Settings#DATASTORE} names it: {@code
 * SCHEME://USER:PASSWORD@HOST:PORT/DATABASE?OPTIONS}.
 *
 * @param scheme such as {@code postgresql}
 * @param user null if there is none
 * @param password null if there is none
 * @param hosts as written, with ports; several are separated by commas
 * @param database its name; empty if there is none
 * @param options as written, without the question mark; empty if there are none
 */
public record DatastoreUrl(
    String scheme, String user, String password, String hosts, String database, String options) {
  public static final String POSTGRESQL = "postgresql";
  public static final String REDIS = "redis";

  private static final Pattern URL =
      Pattern.compile(
          "(?<scheme>[a-z]+)://(?<authority>[^/?#]*)(/(?<path>[^/?#]*))?(\\?(?<query>[^#]*))?");

  private static final Pattern HOST =
      Pattern.compile("([A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+])(:[0-9]{1,5})?");

  /** Options in which a secret would be shown, or that the URL has a place for. */
  private static final Set<String> ELSEWHERE = Set.of("user", "password", "sslpassword");

  /** Whether it begins as one of a kind of database that is known. */
  public static boolean isOne(String text) {
    return text.startsWith(POSTGRESQL + "://") || text.startsWith(REDIS + "://");
  }

  /**
   * @throws IllegalArgumentException if it is none; the message repeats nothing of it, since any
   *     part may be one of the password
   */
  public static DatastoreUrl parse(String text) {
    Matcher url = URL.matcher(text);
    if (!url.matches()) {
      throw wrong();
    }
    String authority = url.group("authority");
    int at = authority.lastIndexOf('@');
    String hosts = authority.substring(at + 1);
    for (String host : hosts.split(",", -1)) {
      if (!HOST.matcher(host).matches()) {
        throw wrong();
      }
    }
    String credentials = at < 0 ? "" : authority.substring(0, at);
    int colon = credentials.indexOf(':');
    String user = colon < 0 ? credentials : credentials.substring(0, colon);
    String options = url.group("query") == null ? "" : url.group("query");
    requireNoSecret(options);
    DatastoreUrl parsed =
        new DatastoreUrl(
            url.group("scheme"),
            user.isEmpty() ? null : decoded(user),
            colon < 0 ? null : decoded(credentials.substring(colon + 1)),
            hosts,
            url.group("path") == null ? "" : decoded(url.group("path")),
            options);
    if (parsed.scheme.equals(REDIS)) {
      parsed.requireOneOfRedis();
    } else if (parsed.database.isEmpty()) {
      throw new IllegalArgumentException(
          "the name of the database is missing: postgresql://USER:PASSWORD@HOST/DATABASE");
    }
    return parsed;
  }

  private void requireOneOfRedis() {
    if (!database.matches("[0-9]{0,5}") || hosts.contains(",") || !options.isEmpty()) {
      throw new IllegalArgumentException(
          "one host and the number of a database are expected, and no options:"
              + " redis://:PASSWORD@HOST:PORT/0");
    }
  }

  private static void requireNoSecret(String options) {
    for (String option : options.split("&")) {
      String name = option.replaceFirst("=.*", "");
      if (ELSEWHERE.contains(name)) {
        throw new IllegalArgumentException(
            "the option "
                + name
                + " does not belong into the URL of a database: user and password stand before the"
                + " host, as in postgresql://USER:PASSWORD@HOST/DATABASE");
      }
    }
  }

  private static IllegalArgumentException wrong() {
    return new IllegalArgumentException(
        "a URL such as postgresql://USER:PASSWORD@HOST:PORT/DATABASE is expected; in user and"
            + " password, / is written %2F, @ %40, : %3A, # %23, ? %3F and % %25");
  }

  private static String decoded(String text) {
    // A plus is a plus there.
    try {
      return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw wrong();
    }
  }

  /** For people: without password and options. */
  public String shown() {
    return scheme + "://" + (user == null ? "" : user + "@") + hosts + "/" + database;
  }

  /** Without the password. */
  @Override
  public String toString() {
    return shown();
  }
}
