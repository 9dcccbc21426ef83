package io.directord.cli.bootstrap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddressTest {
  @Test
  void userAndPortMayBeLeftOut() {
    assertEquals(new Address("web-1", "web-1", 0, null), Address.parse("web-1"));
    assertEquals(new Address("web-1", "web-1", 22, "admin"), Address.parse("admin@web-1:22"));
    assertEquals(
        new Address("192.0.2.1:2222", "192.0.2.1", 2222, null), Address.parse("192.0.2.1:2222"));
    assertEquals(
        new Address("2001:db8::1", "2001:db8::1", 0, "me"), Address.parse("me@[2001:db8::1]"));
    assertEquals(new Address("[::1]:2222", "::1", 2222, null), Address.parse("[::1]:2222"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"a b", "web-1:", "web-1:70000", "web-1:0", "@web-1", "me@", "a:b", "2001:db8::1"})
  void whatIsNoAddressIsRefused(String text) {
    assertThrows(IllegalArgumentException.class, () -> Address.parse(text));
  }
}
