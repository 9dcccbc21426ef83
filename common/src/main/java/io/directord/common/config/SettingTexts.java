package io.directord.common.config;

import io.directord.common.job.Seconds;
import io.directord.common.python.Truth;
import io.directord.common.validation.Quoted;
import io.directord.common.wire.NodeAttributes;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** How values of settings are written; an {@link IllegalArgumentException} says what is wrong. */
final class SettingTexts {
  private static final String COLLECTOR = "a URL such as http://127.0.0.1:4318 is expected";

  private static final int HEXADECIMAL = 16;

  private SettingTexts() {}

  static String notBlank(String text) {
    if (text.isBlank()) {
      throw new IllegalArgumentException("a value is expected, not an empty text");
    }
    return text;
  }

  static Boolean bool(String text) {
    // An option without a value is a flag that is set.
    return text.isBlank()
        || Truth.parse(text.strip())
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "true or false is expected, not " + Quoted.of(text)));
  }

  static Map<String, String> labels(String text) {
    Map<String, String> labels = new TreeMap<>();
    for (String label : notBlank(text).split(",")) {
      int equals = label.indexOf('=');
      if (equals < 1) {
        throw new IllegalArgumentException(
            "labels such as role=web,site=ham are expected, not " + Quoted.of(label));
      }
      labels.put(label.substring(0, equals).strip(), label.substring(equals + 1).strip());
    }
    NodeAttributes.labelError(labels)
        .ifPresent(
            wrong -> {
              throw new IllegalArgumentException(wrong);
            });
    return Map.copyOf(labels);
  }

  /** What follows {@link Settings#DEFINED} is a verb too. */
  static List<String> verbNames(String text) {
    List<String> verbs = parts(text);
    if (verbs.contains("")) {
      throw new IllegalArgumentException(
          "verbs such as COPY,SERVICE are expected, not "
              + Quoted.of(text)
              + "; leave the setting out to allow all");
    }
    return verbs.stream()
        .map(
            verb ->
                verb.startsWith(Settings.DEFINED)
                    ? Settings.DEFINED
                        + verb.substring(Settings.DEFINED.length()).toUpperCase(Locale.ROOT)
                    : verb.toUpperCase(Locale.ROOT))
        .distinct()
        .toList();
  }

  static String logFormat(String text) {
    if (!text.equals("text") && !text.equals("json")) {
      throw new IllegalArgumentException("text or json is expected, not " + Quoted.of(text));
    }
    return text;
  }

  /** Whether it has no port and the like; neither a pattern nor a lambda, which take time. */
  private static boolean isAddress(String text) {
    int zone = text.indexOf('%');
    String number = zone < 0 ? text : text.substring(0, zone);
    if (number.startsWith("[") && number.endsWith("]")) {
      number = number.substring(1, number.length() - 1);
    }
    int colons = 0;
    boolean isNumber = true;
    boolean isName = zone < 0 && Character.isLetterOrDigit(text.charAt(0));
    for (int i = 0; i < number.length(); i++) {
      char c = number.charAt(i);
      colons += c == ':' ? 1 : 0;
      isNumber &= c == ':' || c == '.' || Character.digit(c, HEXADECIMAL) >= 0;
      isName &= c == '.' || c == '_' || c == '-' || Character.isLetterOrDigit(c);
    }
    return isName || isNumber && colons > 1;
  }

  static String addresses(String text) {
    List<String> addresses = parts(text);
    if (addresses.contains("")) {
      throw new IllegalArgumentException(
          "an address, or several with commas between them, is expected, not " + Quoted.of(text));
    }
    for (String address : addresses) {
      if (!isAddress(address)) {
        throw new IllegalArgumentException(
            "a name or an address is expected, without a port, which has a setting of its own, not "
                + Quoted.of(address));
      }
    }
    return String.join(",", addresses);
  }

  static Path path(String text) {
    return Path.of(notBlank(text)).toAbsolutePath();
  }

  static Path sockets(String text) {
    List<String> paths = parts(text).stream().map(path -> path(path).toString()).toList();
    return Path.of(String.join(",", paths));
  }

  static List<String> parts(String text) {
    return Arrays.stream(text.split(",", -1)).map(String::strip).toList();
  }

  /** One driver, or both. */
  static String driver(String text) {
    Set<String> drivers =
        Arrays.stream(text.split(",")).map(String::strip).collect(Collectors.toSet());
    if (drivers.contains("messaging") || drivers.contains("grpcd")) {
      throw new IllegalArgumentException(
          "the drivers messaging and grpcd of the original do not exist here: use zeromq, which"
              + " needs nothing beside directord, or nats where a broker stands between server and"
              + " nodes");
    }
    if (drivers.isEmpty() || !Set.of(Settings.ZEROMQ, Settings.NATS).containsAll(drivers)) {
      throw new IllegalArgumentException(
          "zeromq, nats or zeromq,nats is expected, not " + Quoted.of(text));
    }
    return drivers.size() > 1 ? Settings.ZEROMQ + "," + Settings.NATS : drivers.iterator().next();
  }

  static String crypto(String text) {
    if (!Set.of("auto", "java", "sodium").contains(text)) {
      throw new IllegalArgumentException(
          "auto, java or sodium is expected, not " + Quoted.of(text));
    }
    return text;
  }

  /** Only the beginning of a URL that may have a password. */
  private static String withoutSecret(String text) {
    int url = text.indexOf("://");
    return url < 0 || text.indexOf('@') < 0 ? text : text.substring(0, url) + "://...";
  }

  static String datastore(String text) {
    if (text.equals("memory") || text.equals("file") || text.startsWith("file:///")) {
      return text;
    }
    if (DatastoreUrl.isOne(text)) {
      DatastoreUrl.parse(text);
      return text;
    }
    throw new IllegalArgumentException(
        "memory, file, file:///PATH, postgresql://USER:PASSWORD@HOST/DATABASE or"
            + " redis://:PASSWORD@HOST/NUMBER is expected, not "
            + Quoted.of(withoutSecret(text)));
  }

  static int number(String text, int min, int max) {
    try {
      int number = Integer.parseInt(text.strip());
      if (number >= min && number <= max) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Reported below, like numbers out of range.
    }
    throw new IllegalArgumentException(
        "a number from " + min + " to " + max + " is expected, not " + Quoted.of(text));
  }

  static Duration seconds(String text) {
    Duration time = Seconds.parse(text);
    if (time != null) {
      return time;
    }
    throw new IllegalArgumentException(
        "seconds above 0, and at most " + Seconds.MAX + ", are expected, not " + Quoted.of(text));
  }

  /** Where traces go, without user, password and query. */
  static URI collector(String text) {
    try {
      URI url = new URI(text);
      boolean isHttp = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
      if (isHttp && url.getHost() != null && url.getUserInfo() == null && url.getQuery() == null) {
        return url;
      }
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(COLLECTOR, e);
    }
    throw new IllegalArgumentException(COLLECTOR);
  }
}
