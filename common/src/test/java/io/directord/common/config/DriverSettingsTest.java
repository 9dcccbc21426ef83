package io.directord.common.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.validation.WrongSettingException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DriverSettingsTest {

  @Test
  void aServerMayHaveBothDrivers() throws Exception {
    for (String both : List.of("nats,zeromq", "zeromq, nats")) {
      Settings settings = load(Settings.DRIVER, both);
      assertEquals("zeromq,nats", settings.get(Settings.DRIVER));
      assertTrue(settings.hasDriver(Settings.NATS) && settings.hasDriver(Settings.ZEROMQ));
    }
    Settings one = load(Settings.DRIVER, "nats");
    assertTrue(one.hasDriver(Settings.NATS));
    assertFalse(one.hasDriver(Settings.ZEROMQ));
  }

  @ParameterizedTest
  @ValueSource(strings = {"messaging", "grpcd", "zeromq,grpcd"})
  void theDriversOfTheOriginalThatDoNotExistSayWhatToUse(String driver) {
    String why = whyNot(Settings.DRIVER, driver);
    assertTrue(why.contains("use zeromq") && why.contains("or nats"), why);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ",", "amqp", "zeromq,amqp"})
  void anyOtherDriverIsRefused(String driver) {
    String why = whyNot(Settings.DRIVER, driver);
    assertTrue(why.contains("zeromq, nats or zeromq,nats is expected"), why);
  }

  @Test
  void severalServersOfABrokerMayBeNamedAndPasswordsAreNotShown() throws Exception {
    Settings settings =
        load(Settings.NATS_SERVER, "nats://me:pa%40ss@a:4222, tls://token@[::1]:4223");
    NatsServers servers = NatsServers.of(settings);
    assertEquals(List.of("nats://me:pa%40ss@a:4222", "tls://token@[::1]:4223"), servers.urls());
    assertEquals("nats://a:4222,tls://[::1]:4223", servers.shown());
    assertEquals(servers.shown(), servers.toString());
    assertEquals(List.of("a", "[::1]"), servers.hosts());
    assertEquals("directord", servers.prefix());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "here",
        "http://here",
        "nats://",
        "nats://a,",
        "nats://me:geheim@a/x",
        "nats://me:gehe im@a",
        "nats://a?geheim"
      })
  void whatIsNotABrokerIsRefusedAndNotRepeated(String servers) {
    String why = whyNot(Settings.NATS_SERVER, servers);
    assertTrue(why.contains("nats://USER:PASSWORD@HOST:4222"), why);
    assertFalse(why.contains("geheim") || why.contains("gehe im"), why);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a.", ".a", "a b", "a.*", "a.>", "a..b"})
  void aPrefixIsWordsWithoutWildcards(String prefix) {
    assertTrue(whyNot(Settings.NATS_PREFIX, prefix).contains("directord.ham"));
  }

  @Test
  void theDriverNatsNeedsABroker() throws Exception {
    Settings settings = load(Settings.DRIVER, "nats");
    WrongSettingException e =
        assertThrows(WrongSettingException.class, () -> NatsServers.of(settings));
    assertTrue(e.getMessage().contains("set nats_server"), e.getMessage());
  }

  @Test
  void credentialsThatAreNotThereAreToldBeforeTheBrokerIsAsked() throws Exception {
    Settings settings =
        SettingsLoader.load(
            Map.of(Settings.NATS_SERVER, "nats://a", Settings.NATS_CREDENTIALS, "/nowhere/a.creds"),
            Map.of());
    WrongSettingException e =
        assertThrows(WrongSettingException.class, () -> NatsServers.of(settings));
    assertTrue(e.getMessage().startsWith("/nowhere/a.creds is not there"), e.getMessage());
  }

  private static Settings load(Setting<?> setting, String value) throws Exception {
    return SettingsLoader.load(Map.of(setting, value), Map.of());
  }

  private static String whyNot(Setting<?> setting, String value) {
    InvalidSettingsException e =
        assertThrows(InvalidSettingsException.class, () -> load(setting, value));
    return e.getMessage();
  }
}
