package io.directord.common.orchestration;

import io.directord.common.component.PlanContext;
import io.directord.common.component.PlanException;
import io.directord.common.component.SourceFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Collectors;

/** The files that the jobs of one plan deliver; each is read once. */
final class Sources {
  private static final int BUFFER_BYTES = 64 << 10;

  private final Map<Path, SourceFile> known = new HashMap<>();

  /** What planning halves see: relative paths are looked for in these folders, in their order. */
  PlanContext in(List<Path> folders) {
    return source -> files(source, folders);
  }

  private List<SourceFile> files(String source, List<Path> folders) throws PlanException {
    if (source.isEmpty()) {
      throw new PlanException("a file is needed, not an empty text");
    }
    String pattern =
        source.startsWith("~/") ? System.getProperty("user.home") + source.substring(1) : source;
    try {
      for (Path folder : folders) {
        List<Path> found = Glob.find(folder, pattern);
        if (!found.isEmpty()) {
          return fingerprints(found);
        }
      }
      throw new PlanException(missing(source, pattern, folders));
    } catch (AccessDeniedException e) {
      throw new PlanException(source + ": you may not read " + e.getFile(), e);
    } catch (InvalidPathException | PatternSyntaxException e) {
      throw new PlanException(source + " is no path: " + e.getMessage(), e);
    } catch (IOException e) {
      throw new PlanException(source + " cannot be read: " + e, e);
    }
  }

  private static String missing(String source, String pattern, List<Path> folders) {
    for (Path folder : folders) {
      if (Files.isDirectory(folder.resolve(pattern))) {
        return source + " is a folder; name the files in it, such as " + source + "/*";
      }
    }
    return "there is no file " + source + place(source, folders) + new ContainerView().hint();
  }

  private static String place(String source, List<Path> folders) {
    if (source.startsWith("~/")) {
      return " in your home folder";
    }
    return source.startsWith("/")
        ? ""
        : " in " + folders.stream().map(Path::toString).collect(Collectors.joining(" nor in "));
  }

  private List<SourceFile> fingerprints(List<Path> paths) throws IOException {
    List<SourceFile> files = new ArrayList<>();
    for (Path path : paths) {
      Path absolute = normal(path.toAbsolutePath());
      SourceFile file = known.get(absolute);
      if (file == null) {
        file = fingerprint(absolute);
        known.put(absolute, file);
      }
      files.add(file);
    }
    return files;
  }

  /** Without {@code .} and {@code ..}, unless a link makes these lead elsewhere. */
  private static Path normal(Path absolute) throws IOException {
    Path normal = absolute.normalize();
    boolean same =
        normal.equals(absolute) || (Files.exists(normal) && Files.isSameFile(normal, absolute));
    return same ? normal : absolute;
  }

  private static SourceFile fingerprint(Path file) throws IOException {
    MessageDigest digest = sha256();
    byte[] buffer = new byte[BUFFER_BYTES];
    long size = 0;
    try (InputStream in = Files.newInputStream(file)) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        digest.update(buffer, 0, n);
        size += n;
      }
    }
    String sha256 = HexFormat.of().formatHex(digest.digest());
    return new SourceFile(file.toString(), sha256, size, null);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java runtime lacks SHA-256", e);
    }
  }
}
