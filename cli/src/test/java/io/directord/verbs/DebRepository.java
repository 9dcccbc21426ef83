package io.directord.verbs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.junit.jupiter.api.Assertions;

/** A repository of tiny packages for apt, in a directory. */
final class DebRepository {
  private final Path directory;

  DebRepository(Path directory) throws IOException {
    this.directory = Files.createDirectories(directory);
    Files.writeString(directory.resolve("Packages"), "");
  }

  /** The line of sources.list that names it. */
  String source() {
    return "deb [trusted=yes] file:" + directory + " ./";
  }

  /**
   * Adds a package with one file.
   *
   * @param depends names of packages, or empty
   */
  DebRepository add(String name, String version, String depends) throws Exception {
    Path tree = directory.resolve("build-" + name + "-" + version);
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
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    Assertions.assertEquals(0, build.waitFor(), "dpkg-deb");
    byte[] bytes = Files.readAllBytes(directory.resolve(archive));
    String digest = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    Path index = directory.resolve("Packages");
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
