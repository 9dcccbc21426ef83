package io.directord.server.content;

import io.directord.common.security.PrivateFiles;
import java.io.IOException;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which callers have sent which contents. A fingerprint is seen by all who may see jobs, so it does
 * not prove that a caller has the content: jobs of a caller that is bound to verbs or nodes deliver
 * only what that caller has sent. A file beside the contents has it across restarts; a server that
 * takes over has contents sent again. Thread-safe; {@link #add} blocks on the disk.
 */
public final class Senders {
  static final String FILE = "senders";

  /** Number of lines below which the file is not written anew. */
  private static final int MIN_LINES = 10_000;

  private static final Pattern LINE = Pattern.compile("([0-9a-f]{64}) ([A-Za-z0-9+/]+=*)");

  private final Path file;
  private final Map<String, Set<String>> byContent = new ConcurrentHashMap<>();

  /** In the file. Guarded by this, as is the next. */
  private int lines;

  private int maxLines = MIN_LINES;

  Senders(Path directory) {
    this.file = directory.resolve(FILE);
  }

  /** Reads what an earlier server has noted of contents that are still stored. */
  synchronized void open(Set<String> stored) throws IOException {
    if (!Files.exists(file)) {
      return;
    }
    for (String line : Files.readString(file, StandardCharsets.ISO_8859_1).split("\n")) {
      // A crash may have left a part of a line, to which the next one was appended.
      Matcher parts = LINE.matcher(line);
      if (parts.matches() && stored.contains(parts.group(1))) {
        put(parts.group(1), decoded(parts.group(2)));
      }
    }
    rewrite();
  }

  /**
   * Whether that caller has sent the content. Never waits for the disk.
   *
   * @param sender as {@link io.directord.server.access.Caller#sender}; null for one that need not
   */
  public boolean has(String sha256, String sender) {
    return sender == null || byContent.getOrDefault(sha256, Set.of()).contains(sender);
  }

  /**
   * Notes that the caller has sent contents, which are stored.
   *
   * @param sender null for one of which that need not be known
   */
  public synchronized void add(Collection<String> contents, String sender) throws IOException {
    List<String> fresh = contents.stream().filter(sha256 -> !has(sha256, sender)).toList();
    if (fresh.isEmpty()) {
      return;
    }
    StringBuilder text = new StringBuilder();
    fresh.forEach(sha256 -> text.append(line(sha256, sender)));
    PrivateFiles.makeDirectory(file.getParent());
    append(file, text);
    lines += fresh.size();
    fresh.forEach(sha256 -> put(sha256, sender));
    if (lines > maxLines) {
      rewrite();
    }
  }

  /** The content is stored no longer. */
  void forget(String sha256) {
    byContent.remove(sha256);
  }

  private void put(String sha256, String sender) {
    byContent.merge(
        sha256,
        Set.of(sender),
        (before, one) -> {
          Set<String> both = new HashSet<>(before);
          both.addAll(one);
          return Set.copyOf(both);
        });
  }

  private void rewrite() throws IOException {
    StringBuilder text = new StringBuilder();
    Set<String> all = new LinkedHashSet<>();
    byContent.forEach((sha256, users) -> users.forEach(user -> all.add(line(sha256, user))));
    all.forEach(text::append);
    Path fresh = file.resolveSibling(ContentFiles.INCOMING + FILE);
    Files.deleteIfExists(fresh);
    append(fresh, text);
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    lines = all.size();
    maxLines = Math.max(MIN_LINES, 2 * lines);
  }

  private static void append(Path to, CharSequence text) throws IOException {
    try (var out =
        Files.newByteChannel(
            to,
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.APPEND),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
      var bytes = StandardCharsets.ISO_8859_1.encode(CharBuffer.wrap(text));
      while (bytes.hasRemaining()) {
        out.write(bytes);
      }
    }
  }

  private static String line(String sha256, String user) {
    String name = Base64.getEncoder().encodeToString(user.getBytes(StandardCharsets.UTF_8));
    return sha256 + " " + name + "\n";
  }

  private static String decoded(String name) {
    return new String(Base64.getDecoder().decode(name), StandardCharsets.UTF_8);
  }
}
