package io.directord.client;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostFactsTest {
  @TempDir Path root;

  @BeforeEach
  void aMachine() throws IOException {
    write("sys/class/dmi/id/product_uuid", "of-the-hardware\n");
    write("etc/machine-id", "of-the-installation\n");
  }

  @Test
  void aMachineIsKnownByItsHardware() {
    assertEquals("of-the-hardware", machineId(Map.of()));
  }

  @Test
  void withoutThatByItsInstallation() throws IOException {
    Files.delete(root.resolve("sys/class/dmi/id/product_uuid"));
    assertEquals("of-the-installation", machineId(Map.of()));
  }

  @Test
  void containersOfOneHostAreToldApartByTheirNames() throws IOException {
    assertEquals("web-1", machineId(Map.of("container", "podman")));
    assertEquals("web-1", machineId(Map.of("KUBERNETES_SERVICE_HOST", "10.0.0.1")));
    write(".dockerenv", "");
    assertEquals("web-1", machineId(Map.of()));
  }

  private String machineId(Map<String, String> environment) {
    return HostFacts.machineId("web-1", root, environment);
  }

  private void write(String name, String text) throws IOException {
    Path file = root.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }
}
