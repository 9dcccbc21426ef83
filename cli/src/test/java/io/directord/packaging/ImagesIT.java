package io.directord.packaging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.directord.cli.Ran;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The Vagrantfile and the Packer template, read by Vagrant and Packer themselves. Neither makes a
 * machine here.
 */
class ImagesIT {
  private static final Path PACKAGING = Path.of("../packaging").toAbsolutePath().normalize();

  @TempDir Path directory;
  private Path archive;

  @BeforeEach
  void copyWithAnArchive() throws IOException {
    try (Stream<Path> files = Files.walk(PACKAGING)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path copy = directory.resolve("packaging").resolve(PACKAGING.relativize(file));
        Files.createDirectories(copy.getParent());
        Files.copy(file, copy);
      }
    }
    archive = Files.createFile(directory.resolve("directord-1.tar.gz"));
    // VirtualBox is not in Debian: with a stand-in that says a version, Vagrant reads what is for
    // it.
    Path virtualBox = directory.resolve("bin/VBoxManage");
    Files.createDirectories(virtualBox.getParent());
    Files.writeString(virtualBox, "#!/bin/sh\necho 7.0.6r155176\n");
    Files.setPosixFilePermissions(virtualBox, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  @Test
  void theVagrantfileIsValidForLibvirtAndForVirtualBox() throws Exception {
    require("vagrant");
    assumeTrue(
        run("vagrant", "vagrant", "plugin", "list").out().contains("vagrant-libvirt"),
        "needs vagrant-libvirt");
    for (String provider : List.of("libvirt", "virtualbox")) {
      Ran valid = vagrant(provider, "validate").expect(0);
      assertTrue(valid.out().contains("validated successfully"), valid::toString);
      assertEquals(3, vagrant(provider, "status").expect(0).out().split("not created").length - 1);
    }
    Path file = directory.resolve("packaging/vagrant/Vagrantfile");
    Path key = file.resolveSibling(".vagrant/directord-shared-key");
    assertEquals(PosixFilePermissions.fromString("rw-------"), Files.getPosixFilePermissions(key));

    Files.writeString(file, Files.readString(file).replace(".memory =", ".memmory ="));
    for (String provider : List.of("libvirt", "virtualbox")) {
      Ran wrong = vagrant(provider, "validate").expect(1);
      assertTrue(wrong.toString().contains("shouldn't exist: memmory"), wrong::toString);
    }
    Files.delete(archive);
    Ran missing = vagrant("libvirt", "validate").expect(1);
    assertTrue(missing.err().contains(archive + " is not there: build it"), missing::toString);
  }

  @Test
  void theTemplateIsValidForPacker() throws Exception {
    require("packer");
    packer("archive=" + archive).expect(0);
    Ran wrong = packer("archive=" + directory.resolve("none.tar.gz")).expect(1);
    assertTrue(wrong.toString().contains("none.tar.gz"), wrong::toString);
    Path template = directory.resolve("packaging/packer/client.pkr.hcl");
    Files.writeString(template, Files.readString(template).replace("headless ", "headles "));
    assertTrue(packer("archive=" + archive).expect(1).toString().contains("headles"));
  }

  private Ran vagrant(String provider, String command) throws Exception {
    return run("vagrant", "env", "VAGRANT_DEFAULT_PROVIDER=" + provider, "vagrant", command);
  }

  /** Packer would ask for the checksum of Debian's image, which is out of reach. */
  private Ran packer(String variable) throws Exception {
    return run(
        "packer",
        "packer",
        "validate",
        "-var",
        variable,
        "-var",
        "disk_checksum=sha256:" + "0".repeat(64),
        ".");
  }

  private Ran run(String in, String... words) throws Exception {
    Path out = Files.createTempFile(directory, "out", "");
    Path err = Files.createTempFile(directory, "err", "");
    ProcessBuilder builder =
        new ProcessBuilder(words)
            .directory(directory.resolve("packaging").resolve(in).toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().put("HOME", directory.toString());
    builder.environment().put("VAGRANT_HOME", directory.resolve("vagrant.d").toString());
    builder.environment().put("CHECKPOINT_DISABLE", "1");
    builder.environment().put("DIRECTORD_ARCHIVE", archive.toString());
    builder.environment().put("PATH", directory.resolve("bin") + ":" + System.getenv("PATH"));
    Process process = builder.start();
    if (!process.waitFor(240, TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
    return new Ran(
        Arrays.asList(words), process.waitFor(), Files.readString(out), Files.readString(err));
  }

  private static void require(String program) {
    assumeTrue(
        Stream.of(System.getenv("PATH").split(":"))
            .anyMatch(directory -> Files.isExecutable(Path.of(directory, program))),
        "needs the program " + program);
  }
}
