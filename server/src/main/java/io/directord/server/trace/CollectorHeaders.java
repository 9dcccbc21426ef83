package io.directord.server.trace;

import io.directord.common.config.Settings;
import io.directord.common.security.PrivateFiles;
import io.directord.common.storage.IoErrors;
import io.directord.common.validation.WrongSettingException;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** By what a collector knows the server: headers of a file, which are secret. */
public final class CollectorHeaders {
  private static final String NAME = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
  private static final String VALUE = "[\\x20-\\x7e]+";

  /** What a request has by itself. */
  private static final Set<String> OWN =
      Set.of(
          "connection",
          "content-length",
          "content-type",
          "expect",
          "host",
          "transfer-encoding",
          "upgrade",
          "user-agent");

  private static final Set<String> LOOPBACK = Set.of("127.0.0.1", "localhost", "[::1]");

  private CollectorHeaders() {}

  /**
   * Those of the settings, by name; empty if there are none.
   *
   * @throws WrongSettingException if they cannot be read, or others could read them on their way
   */
  public static Map<String, String> of(Settings settings) throws WrongSettingException {
    Path file = settings.get(Settings.OTLP_HEADERS_FILE);
    if (file == null) {
      return Map.of();
    }
    URI endpoint = settings.get(Settings.OTLP_ENDPOINT);
    if (endpoint == null) {
      throw wrong("of use only together with " + Settings.OTLP_ENDPOINT.key(), null);
    }
    if ("http".equals(endpoint.getScheme()) && !LOOPBACK.contains(endpoint.getHost())) {
      throw wrong(
          "for a collector at https:// or on this machine, since others could read the headers",
          null);
    }
    try {
      return read(file);
    } catch (IOException e) {
      throw wrong(IoErrors.sayWhere(e), e);
    }
  }

  private static WrongSettingException wrong(String why, IOException cause) {
    return new WrongSettingException(Settings.OTLP_HEADERS_FILE.name(), why, cause);
  }

  private static Map<String, String> read(Path file) throws IOException {
    Map<String, String> headers = new LinkedHashMap<>();
    String text = new String(PrivateFiles.read(file), StandardCharsets.UTF_8);
    int number = 0;
    for (String line : text.lines().map(String::strip).toList()) {
      number++;
      if (line.isEmpty() || line.startsWith("#")) {
        continue;
      }
      int colon = line.indexOf(':');
      String name = line.substring(0, Math.max(0, colon)).strip();
      String value = line.substring(colon + 1).strip();
      if (!name.matches(NAME) || !value.matches(VALUE)) {
        throw new IOException(
            file + ":" + number + ": NAME: VALUE is expected, such as Authorization: Bearer ...");
      }
      if (OWN.contains(name.toLowerCase(Locale.ROOT))) {
        throw new IOException(file + ":" + number + ": " + name + " is not to be set here");
      }
      headers.put(name, value);
    }
    if (headers.isEmpty()) {
      throw new IOException(file + " has no header: a line such as Authorization: Bearer ...");
    }
    return headers;
  }
}
