package io.directord.verbs.external;

import io.directord.common.component.JobException;
import io.directord.common.component.NodeContext;
import io.directord.common.component.PlanException;
import io.directord.common.component.ReadableNode.Ownership;
import io.directord.common.component.SourceFile;
import io.directord.common.job.Outcome;
import io.directord.common.security.Digests;
import io.directord.common.security.PrivateFiles;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a node keeps of user-defined verbs: a directory for each version, named by its fingerprint.
 * It is fetched when a job first needs it and looked over at every run; older versions go when
 * nothing runs of them. Thread-safe.
 */
public final class Shipments {
  private static final Ownership PRIVATE = new Ownership(null, null, 0700);
  private static final int NAME_CHARACTERS = 32;
  private static final Pattern VERSION = Pattern.compile("[0-9a-f]{" + NAME_CHARACTERS + "}");
  private static final String PAPERS = ".arguments";

  private final Path directory;
  private final Map<String, Verb> verbs = new ConcurrentHashMap<>();
  private Path papers;

  /**
   * @param directory of this node alone; made when it is needed
   */
  public Shipments(Path directory) {
    this.directory = directory;
  }

  /** One verb: who uses which version, and what is in it. */
  private static final class Verb {
    final ReentrantLock lock = new ReentrantLock();
    final Map<Path, Integer> uses = new HashMap<>();
    final Map<Path, Definition> definitions = new HashMap<>();
  }

  /** One version, there until it is closed. */
  final class Shipment implements AutoCloseable {
    private final Verb verb;
    private final Path version;
    private final Definition definition;

    private Shipment(Verb verb, Path version, Definition definition) {
      this.verb = verb;
      this.version = version;
      this.definition = definition;
    }

    Definition definition() {
      return definition;
    }

    /** Where script and definition are. */
    Path directory() {
      return version;
    }

    /** The shell command that becomes the script. */
    String command() throws IOException {
      return Script.command(script(version, definition));
    }

    /**
     * Writes what a script may read, for as long as it runs.
     *
     * @param ending of the file's name
     */
    Paper paper(UUID job, String ending, byte[] content) throws IOException {
      Path file = papers().resolve(job + ending);
      Files.deleteIfExists(file);
      Files.createFile(file, PrivateFiles.mode());
      Files.write(file, content);
      return new Paper(file);
    }

    @Override
    public void close() {
      verb.lock.lock();
      try {
        verb.uses.merge(version, -1, (a, b) -> a + b == 0 ? null : a + b);
      } finally {
        verb.lock.unlock();
      }
    }
  }

  /** A file that goes when it is closed. */
  record Paper(Path file) implements AutoCloseable {
    private static final int MAX_WORD_BYTES = 64;

    /** The one word that a script wrote into it; empty if none. */
    String word() throws IOException {
      try (InputStream in = Files.newInputStream(file)) {
        return new String(in.readNBytes(MAX_WORD_BYTES), StandardCharsets.UTF_8).strip();
      } catch (NoSuchFileException e) {
        return "";
      }
    }

    @Override
    public void close() throws IOException {
      Files.deleteIfExists(file);
    }
  }

  /**
   * The version that a job brings, fetched if it is not here.
   *
   * @param files the definition first
   */
  Shipment take(String name, List<SourceFile> files, NodeContext node)
      throws JobException, IOException, InterruptedException {
    if (!Definitions.isVerb(name)) {
      throw new JobException(Outcome.Reason.REFUSED, "no verb can be called '" + name + "'");
    }
    Verb verb = verbs.computeIfAbsent(name, absent -> new Verb());
    Path version = directory.resolve(name).resolve(fingerprint(files));
    verb.lock.lockInterruptibly();
    try {
      for (SourceFile file : files) {
        Path destination = inside(version, file);
        PrivateFiles.makeDirectory(destination.getParent());
        node.deliver(node.delivery(file.sha256()), destination, PRIVATE, false);
      }
      Definition definition = verb.definitions.get(version);
      if (definition == null) {
        definition = definition(name, inside(version, files.get(0)));
        verb.definitions.put(version, definition);
      }
      unpack(version, definition);
      removeOthers(verb, version);
      verb.uses.merge(version, 1, Integer::sum);
      return new Shipment(verb, version, definition);
    } finally {
      verb.lock.unlock();
    }
  }

  /** The directory of papers, at first without those of a client that was killed. */
  private synchronized Path papers() throws IOException {
    if (papers == null) {
      Path made = directory.resolve(PAPERS);
      if (Files.exists(made)) {
        Files.walkFileTree(made, new Removing());
      }
      PrivateFiles.makeDirectory(made);
      papers = made;
    }
    return papers;
  }

  private static String fingerprint(List<SourceFile> files) throws JobException {
    if (files.isEmpty()) {
      throw new JobException(Outcome.Reason.REFUSED, "the job brings no definition of its verb");
    }
    StringBuilder text = new StringBuilder();
    files.forEach(file -> text.append(file.sha256()).append(' ').append(file.to()).append('\0'));
    return Digests.sha256(text.toString().getBytes(StandardCharsets.UTF_8))
        .substring(0, NAME_CHARACTERS);
  }

  /** A job may come from anybody: nothing is written elsewhere. */
  static Path inside(Path version, SourceFile file) throws JobException {
    Path destination = file.to() == null ? version : version.resolve(file.to()).normalize();
    if (destination.equals(version) || !destination.startsWith(version)) {
      throw new JobException(
          Outcome.Reason.REFUSED, "no file of a verb can be at '" + file.to() + "'");
    }
    return destination;
  }

  static Definition definition(String verb, Path file) throws JobException, IOException {
    try {
      return DefinitionReader.read(verb, file.getFileName(), Files.readAllBytes(file));
    } catch (PlanException e) {
      throw new JobException(Outcome.Reason.REFUSED, e.getMessage());
    }
  }

  static Path script(Path version, Definition definition) {
    return version.resolve(definition.file() == null ? ".script" : definition.file());
  }

  /** A script inside the definition becomes a file of its own. */
  static void unpack(Path version, Definition definition) throws IOException {
    if (definition.script() == null) {
      return;
    }
    Path script = script(version, definition);
    if (!Files.exists(script) || !Files.readString(script).equals(definition.script())) {
      Path part = version.resolve(".script.part");
      Files.deleteIfExists(part);
      Files.createFile(part, PrivateFiles.mode());
      Files.writeString(part, definition.script());
      Files.move(part, script, StandardCopyOption.ATOMIC_MOVE);
    }
  }

  private static void removeOthers(Verb verb, Path version) throws IOException {
    List<Path> others;
    try (Stream<Path> versions = Files.list(version.getParent())) {
      others =
          versions
              .filter(other -> !other.equals(version))
              .filter(other -> VERSION.matcher(other.getFileName().toString()).matches())
              .toList();
    }
    for (Path other : others) {
      if (!verb.uses.containsKey(other)) {
        verb.definitions.remove(other);
        Files.walkFileTree(other, new Removing());
      }
    }
  }

  /** Removes a directory with all that is in it. */
  static final class Removing extends SimpleFileVisitor<Path> {
    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      Files.deleteIfExists(file);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path directory, IOException e) throws IOException {
      Files.deleteIfExists(directory);
      return FileVisitResult.CONTINUE;
    }
  }
}
