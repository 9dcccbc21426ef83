package io.directord.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.directord.common.security.CurveKeyPair;
import io.directord.common.security.Z85;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AdmittanceTest {

  @Test
  void aKeyIsThatOfTheNodesItsFilesAreNamedAfterAndThatOfClientsIsAnyNodes() {
    byte[] one = CurveKeyPair.generate().publicKey();
    byte[] two = CurveKeyPair.generate().publicKey();
    byte[] any = CurveKeyPair.generate().publicKey();

    Map<String, Set<String>> admitted =
        Admittance.admitted(
            Map.of("web-1", one, "web-2", two, "web-2b", two, "client", any, "web-3", any));

    assertEquals(
        Map.of(
            Z85.encode(one), Set.of("web-1"),
            Z85.encode(two), Set.of("web-2", "web-2b"),
            Z85.encode(any), Set.of()),
        admitted);
  }
}
