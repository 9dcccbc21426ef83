package io.directord.common.orchestration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContainerViewTest {
  private static final Map<String, String> IMAGE = Map.of("DIRECTORD_RUNTIME_DIR", "/tmp");

  @TempDir Path root;

  @BeforeEach
  void directories() throws IOException {
    for (String directory :
        new String[] {"proc/self", "run", "srv/app data", "etc/directord", "mnt"}) {
      Files.createDirectories(root.resolve(directory));
    }
    Files.createFile(root.resolve("etc/hosts"));
  }

  @Test
  void outsideOfContainersNothingIsSaid() {
    assertEquals("", new ContainerView(root, Map.of()).hint());
  }

  @Test
  void namesTheDirectoriesThatHaveThePathOfTheHost() throws IOException {
    mounts(
        """
        600 500 0:50 / / rw,relatime - overlay overlay rw,lowerdir=/l
        601 600 0:52 / /proc rw,nosuid - proc proc rw
        602 600 0:53 / /dev rw,nosuid - tmpfs tmpfs rw
        603 600 254:0 /srv/app\\040data /srv/app\\040data rw,relatime - ext4 /dev/vda rw
        604 600 254:0 /srv/app/etc /etc/directord rw,relatime - ext4 /dev/vda rw
        605 600 254:0 /etc/hosts /etc/hosts rw,relatime - ext4 /dev/vda rw
        606 600 0:60 / /mnt rw,relatime shared:3 - nfs4 filer:/mnt rw
        """);
    String hint = new ContainerView(root, IMAGE).hint();
    assertTrue(hint.contains("only /mnt and /srv/app data: put the file there"), hint);
  }

  @Test
  void saysWhatToDoIfThereIsNone() throws IOException {
    mounts("600 500 0:50 / / rw,relatime - overlay overlay rw,lowerdir=/l\n");
    String hint = new ContainerView(root, IMAGE).hint();
    assertTrue(hint.contains("--volume DIR:DIR"), hint);
  }

  private void mounts(String lines) throws IOException {
    Files.writeString(root.resolve("proc/self/mountinfo"), lines);
  }
}
