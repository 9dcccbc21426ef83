package io.directord.client.execution;

import io.directord.common.component.JobException;
import io.directord.common.component.NodeContext;
import io.directord.common.component.NodeContext.Ownership;
import io.directord.common.job.Outcome;
import io.directord.common.storage.DurableFiles;
import io.directord.common.wire.Delivery;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.Set;

/**
 * Puts delivered content where it belongs: written beside the destination, verified, given owner
 * and mode, and renamed into place, so that a reader sees the old file or the new one. A file that
 * is replaced keeps its mode and owner unless the job says otherwise, and a link stays a link, as
 * with {@code cp}. Whatever goes wrong, nothing is left behind.
 */
final class FilePlacer {
  /** A template is rendered in memory. */
  private static final long MAX_BLUEPRINT_BYTES = 8 << 20;

  private static final FileAttribute<Set<PosixFilePermission>> PRIVATE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  private final ContentSource content;
  private final NodeContext node;

  FilePlacer(ContentSource content, NodeContext node) {
    this.content = content;
    this.node = node;
  }

  /** See {@link NodeContext#deliver}. */
  String place(Delivery delivery, Path destination, Ownership ownership, boolean blueprint)
      throws JobException, InterruptedException {
    try {
      Path target = Destination.of(destination);
      if (!blueprint && Digests.matches(target, delivery.size(), delivery.sha256())) {
        Owners.apply(target, ownership);
        return delivery.sha256();
      }
      return replace(delivery, target, ownership, blueprint);
    } catch (IOException e) {
      throw new JobException(destination + " cannot be written: " + IoErrors.say(e), e);
    }
  }

  private String replace(Delivery delivery, Path target, Ownership ownership, boolean blueprint)
      throws JobException, IOException, InterruptedException {
    Path part = Destination.partOf(target, delivery.sha256(), node.identity());
    try {
      fetch(delivery, part);
      String sha256 = delivery.sha256();
      if (blueprint) {
        byte[] rendered = render(part, delivery.size()).getBytes(StandardCharsets.UTF_8);
        sha256 = Digests.hex(Digests.sha256().digest(rendered));
        if (Digests.matches(target, rendered.length, sha256)) {
          Owners.apply(target, ownership);
          return sha256;
        }
        try (FileChannel out = create(part)) {
          write(out, rendered);
          out.force(false);
        }
      }
      putInPlace(part, target, ownership);
      return sha256;
    } finally {
      Files.deleteIfExists(part);
    }
  }

  private void fetch(Delivery delivery, Path part)
      throws JobException, IOException, InterruptedException {
    MessageDigest digest = Digests.sha256();
    try (FileChannel out = create(part)) {
      content.fetch(
          delivery,
          bytes -> {
            digest.update(bytes);
            write(out, bytes);
          });
      out.force(false);
    }
    String got = Digests.hex(digest.digest());
    if (!got.equals(delivery.sha256())) {
      throw new JobException(
          Outcome.Reason.REFUSED,
          "what was delivered has the fingerprint " + got + ", not " + delivery.sha256());
    }
  }

  private String render(Path part, long size) throws JobException, IOException {
    if (size > MAX_BLUEPRINT_BYTES) {
      throw new JobException(
          "a blueprint has at most " + (MAX_BLUEPRINT_BYTES >> 20) + " MiB; this has " + size);
    }
    try {
      return node.render(Files.readString(part));
    } catch (CharacterCodingException e) {
      throw new JobException("the blueprint is not text in UTF-8", e);
    }
  }

  private static void putInPlace(Path part, Path target, Ownership ownership)
      throws JobException, IOException {
    if (Files.exists(target)) {
      Owners.copy(target, part);
    } else {
      Owners.setDefaultMode(part);
    }
    Owners.apply(part, ownership);
    Files.move(part, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    DurableFiles.syncDirectory(target.getParent());
  }

  /** A new file; what another run or somebody else left under that name is not written into. */
  private static FileChannel create(Path part) throws IOException {
    Files.deleteIfExists(part);
    return FileChannel.open(
        part,
        Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS),
        PRIVATE);
  }

  private static void write(FileChannel out, byte[] bytes) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    while (buffer.hasRemaining()) {
      out.write(buffer);
    }
  }
}
