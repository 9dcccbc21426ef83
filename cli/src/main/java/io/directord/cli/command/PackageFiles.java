package io.directord.cli.command;

import io.directord.cli.console.Console;
import io.directord.cli.options.SettingOptions;
import io.directord.cli.systemd.Unit;
import io.directord.common.config.Product;
import io.directord.common.config.Setting;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/**
 * What packages have and the distribution has not: man pages, made of the commands, the units for
 * the place where a package puts directord, and the changelog that Debian asks for. Run by the
 * build.
 */
final class PackageFiles {
  /** Where a gzip file says how it was compressed (RFC 1952, XFL). */
  private static final int FLAGS = 8;

  private static final byte BEST = 2;

  private final Path directory;

  private PackageFiles(Path directory) {
    this.directory = directory;
  }

  /**
   * @param words the directory to be filled, the maintainer, and the date in ISO 8601
   */
  public static void main(String[] words) throws Exception {
    PackageFiles files = new PackageFiles(Path.of(words[0]));
    files.write();
    String version = Product.version().replace('-', '~').toLowerCase(Locale.ROOT);
    files.compress(
        "changelog.gz",
        "directord (%s) unstable; urgency=medium\n\n  * This release.\n\n -- %s  %s\n"
            .formatted(
                version,
                words[1],
                DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss Z", Locale.ENGLISH)
                    .format(OffsetDateTime.parse(words[2]))));
  }

  private void write() throws Exception {
    Path program = Path.of("/usr/bin/directord");
    Unit.ofServer(new Unit.Start(program, null, "directord", Map.of(), Setting::defaultValue))
        .write(directory, true);
    Unit.ofClient(new Unit.Start(program, null, null, Map.of(), Setting::defaultValue))
        .write(directory, true);
    CommandTree tree = Directord.tree(new SettingOptions(), Console.ofProcess());
    List<String> modes = tree.modes().names();
    compress("directord.1.gz", ManPage.ofAll(tree.commandLine(List.of()), modes));
    for (String mode : modes) {
      compress(
          "directord-" + mode + ".1.gz", ManPage.ofMode(tree.commandLine(List.of(mode)), mode));
    }
  }

  /** As {@code gzip -9n}. */
  private void compress(String name, String text) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream out = new Best(bytes)) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
    byte[] compressed = bytes.toByteArray();
    compressed[FLAGS] = BEST;
    Files.createDirectories(directory);
    Files.write(directory.resolve(name), compressed);
  }

  private static final class Best extends GZIPOutputStream {
    Best(OutputStream out) throws IOException {
      super(out);
      def.setLevel(Deflater.BEST_COMPRESSION);
    }
  }
}
