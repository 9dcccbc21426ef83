package io.directord.server.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.config.Settings;
import io.directord.common.config.SettingsLoader;
import io.directord.common.validation.WrongSettingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CollectorHeadersTest {
  private static final String HTTPS = "https://collector.example:4318";

  @TempDir Path directory;

  private Settings settings(String endpoint, String headers, String mode) throws Exception {
    Path file = Files.writeString(directory.resolve("headers"), headers);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    Map<String, String> environment = new HashMap<>();
    environment.put("DIRECTORD_CONFIG_FILE", "/dev/null");
    environment.put("DIRECTORD_OTLP_HEADERS_FILE", file.toString());
    if (endpoint != null) {
      environment.put("DIRECTORD_OTLP_ENDPOINT", endpoint);
    }
    return SettingsLoader.load(Map.of(), environment);
  }

  private Map<String, String> read(String endpoint, String headers) throws Exception {
    return CollectorHeaders.of(settings(endpoint, headers, "rw-------"));
  }

  private String error(String endpoint, String headers) {
    WrongSettingException wrong =
        assertThrows(WrongSettingException.class, () -> read(endpoint, headers));
    assertEquals("otlp-headers-file", wrong.setting());
    return wrong.getMessage();
  }

  @Test
  void eachLineIsAHeader() throws Exception {
    assertEquals(
        Map.of("Authorization", "Bearer a:b", "X-Scope", "1"),
        read(HTTPS, "# ours\nAuthorization: Bearer a:b\n\nX-Scope:1\n"));
  }

  @Test
  void theyGoOverTlsOrStayOnThisMachine() throws Exception {
    assertEquals(Map.of("a", "b"), read("http://127.0.0.1:4318", "a: b"));
    assertTrue(error("http://collector.example:4318", "a: b").contains("https://"));
    assertTrue(error(null, "a: b").contains("only together with otlp_endpoint"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "s3cret         | headers:1: NAME: VALUE is expected",
        "a b: s3cret    | headers:1: NAME: VALUE is expected",
        "a: s3cr\u0007et | headers:1: NAME: VALUE is expected",
        "Host: s3cret   | headers:1: Host is not to be set here",
        "# s3cret       | has no header",
      })
  void whatIsWrongIsSaidWithoutWhatIsSecret(String headers, String error) {
    String said = error(HTTPS, headers);
    assertTrue(said.contains(error), said);
    assertFalse(said.contains("s3c"), said);
  }

  @Test
  void aFileThatOthersMayReadIsRefused() throws Exception {
    Settings open = settings(HTTPS, "a: b", "rw-r--r--");
    String said =
        assertThrows(WrongSettingException.class, () -> CollectorHeaders.of(open)).getMessage();
    assertTrue(said.contains("headers"), said);
  }
}
