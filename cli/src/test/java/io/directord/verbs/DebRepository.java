package io.directord.verbs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.junit.jupiter.api.Assertions;

/** A repository of tiny packages for apt, in a folder. */
final class DebRepository {
  private final Path folder;

  DebRepository(Path folder) throws IOException {
    this.folder = Files.createDirectories(folder);
    Files.writeString(folder.resolve("Packages"), "");
  }

  /** The line of sources.list that names it. */
  String source() {
    return "deb [trusted=yes] file:" + folder + " ./";
  }

  /**
   * Adds a package with one file.
   *
   * @param depends names of packages, or empty
   */
  DebRepository add(String name, String version, String depends) throws Exception {
    Path tree = folder.resolve("build-" + name + "-" + version);
    Path file = tree.resolve("usr/share/" + name + "/version");
    Files.createDirectories(file.getParent());
    Files.writeString(file, version);
    String control =
        "Package: "
            + name
            + "\nVersion: "
            + version
            + "\nArchitecture: all\n"
            + "Maintainer: Nobody <nobody@example.org>\nDescription: for tests\n"
            + (depends.isEmpty() ? "" : "Depends: " + depends + "\n");
    Files.createDirectories(tree.resolve("DEBIAN"));
    Files.writeString(tree.resolve("DEBIAN/control"), control);
    String archive = name + "_" + version + ".deb";
    Process build =
        new ProcessBuilder("dpkg-deb", "--build", tree.toString(), archive)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    Assertions.assertEquals(0, build.waitFor(), "dpkg-deb");
    byte[] bytes = Files.readAllBytes(folder.resolve(archive));
    String digest = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    Path index = folder.resolve("Packages");
    Files.writeString(
        index,
        Files.readString(index)
            + control
            + "Filename: ./"
            + archive
            + "\nSize: "
            + bytes.length
            + "\nSHA256: "
            + digest
            + "\n\n");
    return this;
  }
}
