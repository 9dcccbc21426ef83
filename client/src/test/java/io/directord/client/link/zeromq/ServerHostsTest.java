package io.directord.client.link.zeromq;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.junit.jupiter.api.Test;

class ServerHostsTest {
  private List<String> addresses = List.of("10.0.0.1", "10.0.0.2", "fd00::3");
  private final ServerHosts hosts = new ServerHosts(List.of("server.example"), this::lookup);

  @Test
  void triesEveryAddressOfTheName() {
    assertEquals("10.0.0.1", hosts.next());
    assertEquals("10.0.0.2", hosts.next());
    assertEquals("tcp://10.0.0.2:5555", hosts.endpoint(5555));
    assertEquals("fd00:0:0:0:0:0:0:3", hosts.next());
    assertEquals("tcp://[fd00:0:0:0:0:0:0:3]:5555", hosts.endpoint(5555));
    assertEquals("10.0.0.1", hosts.next());
    assertTrue(hosts.hasOthers());
  }

  @Test
  void whatWasConnectedComesFirstAgain() {
    hosts.next();
    hosts.next();
    hosts.connected();
    assertEquals("10.0.0.2", hosts.current());
    assertEquals("10.0.0.2", hosts.next());
  }

  @Test
  void theNameIsLookedUpAnew() {
    hosts.next();
    addresses = List.of("10.0.9.9");
    assertEquals("10.0.9.9", hosts.next());
    assertFalse(hosts.hasOthers());
  }

  @Test
  void whileTheNameIsUnknownTheAddressesOfBeforeAreTried() {
    hosts.next();
    addresses = List.of();
    assertEquals("10.0.0.2", hosts.next());
    ServerHosts never = new ServerHosts(List.of("never.example"), this::lookup);
    assertEquals("never.example", never.next());
  }

  @Test
  void severalServersAreTriedInTurnAndTheOneThatWasConnectedAgain() {
    ServerHosts servers =
        new ServerHosts(
            List.of("a.example", "gone.example", "b.example"),
            name -> {
              if (name.startsWith("gone")) {
                throw new UnknownHostException(name);
              }
              return new InetAddress[] {
                InetAddress.getByName(name.startsWith("a") ? "10.0.0.1" : "10.0.0.2")
              };
            });
    assertEquals("10.0.0.1", servers.next());
    assertTrue(servers.hasOthers());
    assertFalse(servers.isRoundOver());
    assertEquals("10.0.0.2", servers.next());
    assertTrue(servers.isRoundOver());
    servers.connected();
    assertEquals("10.0.0.2", servers.next());
    assertEquals("10.0.0.1", servers.next());
  }

  private InetAddress[] lookup(String name) throws UnknownHostException {
    if (addresses.isEmpty()) {
      throw new UnknownHostException(name);
    }
    InetAddress[] found = new InetAddress[addresses.size()];
    for (int i = 0; i < found.length; i++) {
      found[i] = InetAddress.getByName(addresses.get(i));
    }
    return found;
  }
}
