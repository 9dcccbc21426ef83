package io.directord.common.config;

import io.directord.common.validation.WrongSettingException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The NATS broker by which server and nodes reach each other, as the settings name it.
 *
 * @param urls of the broker's servers; may contain passwords
 * @param prefix of all subjects
 * @param credentials file of an account; null if there is none
 */
public record NatsServers(List<String> urls, String prefix, Path credentials) {
  private static final Pattern PREFIX = Pattern.compile("[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)*");
  private static final int MAX_PREFIX = 64;
  private static final String EXAMPLE = "nats://USER:PASSWORD@HOST:4222";

  /**
   * @throws WrongSettingException if no broker is named, or the credentials cannot be read
   */
  public static NatsServers of(Settings settings) throws WrongSettingException {
    String servers = settings.get(Settings.NATS_SERVER);
    if (servers == null) {
      throw new WrongSettingException(
          Settings.NATS_SERVER.name(),
          "the driver nats needs a broker: set nats_server, such as nats://127.0.0.1:4222");
    }
    Path credentials = settings.get(Settings.NATS_CREDENTIALS);
    if (credentials != null && !Files.isReadable(credentials)) {
      throw new WrongSettingException(
          Settings.NATS_CREDENTIALS.name(),
          credentials + " is not there, or this user may not read it");
    }
    return new NatsServers(urls(servers), settings.get(Settings.NATS_PREFIX), credentials);
  }

  /** For people: without users and passwords. */
  public String shown() {
    return urls.stream()
        .map(url -> url.replaceFirst("//[^/]*@", "//"))
        .collect(Collectors.joining(","));
  }

  /** Without passwords. */
  @Override
  public String toString() {
    return shown();
  }

  /** The host of each. */
  public List<String> hosts() {
    return urls.stream().map(url -> URI.create(url).getHost()).distinct().toList();
  }

  /**
   * Checks the setting.
   *
   * @throws IllegalArgumentException which repeats nothing of it, since any part may be one of a
   *     password
   */
  static String check(String text) {
    urls(text);
    return text;
  }

  private static List<String> urls(String text) {
    List<String> urls = new ArrayList<>();
    for (String url : Arrays.stream(text.split(",", -1)).map(String::strip).toList()) {
      if (!isValid(url)) {
        throw new IllegalArgumentException(
            "URLs such as "
                + EXAMPLE
                + ", or tls://HOST:4222, are expected, several separated by commas; in user and"
                + " password, / is written %2F, @ %40, : %3A, # %23, ? %3F, comma %2C and % %25");
      }
      urls.add(url);
    }
    return List.copyOf(urls);
  }

  private static boolean isValid(String url) {
    try {
      URI uri = URI.create(url);
      return List.of("nats", "tls").contains(String.valueOf(uri.getScheme()))
          && uri.getHost() != null
          && uri.getRawPath().isEmpty()
          && uri.getRawQuery() == null
          && uri.getRawFragment() == null;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  static String prefix(String text) {
    if (!PREFIX.matcher(text).matches() || text.length() > MAX_PREFIX) {
      throw new IllegalArgumentException(
          "words of letters, digits, - and _ are expected, separated by dots, "
              + MAX_PREFIX
              + " characters at most, such as directord.ham");
    }
    return text;
  }
}
