package io.directord.server.api;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.directord.server.link.OpenFiles;
import org.junit.jupiter.api.Test;

class ApiLimitsTest {
  @Test
  void bothListenersTakeNoMoreFilesThanThePortsOfNodesLeave() {
    assertEquals(38, ApiLimits.of(new OpenFiles(1024)).connections());
  }

  @Test
  void moreFilesThanCallersNeedMakeNoMoreConnections() {
    assertEquals(512, ApiLimits.of(new OpenFiles(Long.MAX_VALUE)).connections());
  }
}
