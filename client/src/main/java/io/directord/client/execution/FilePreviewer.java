package io.directord.client.execution;

import io.directord.client.files.Attributes;
import io.directord.client.files.Destination;
import io.directord.common.component.JobException;
import io.directord.common.component.Preview;
import io.directord.common.component.ReadableNode.Ownership;
import io.directord.common.security.Digests;
import io.directord.common.storage.IoErrors;
import io.directord.common.wire.Delivery;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Says what {@link FilePlacer} would do, and changes nothing. */
final class FilePreviewer {
  private final Previewing node;
  private final Foreseen foreseen;

  FilePreviewer(Previewing node, Foreseen foreseen) {
    this.node = node;
    this.foreseen = foreseen;
  }

  /**
   * A file as it would be.
   *
   * @param bytes null if they are not known, since they need not be
   */
  private record Wanted(long size, String sha256, byte[] bytes) {}

  /** See {@link io.directord.common.component.PreviewContext#deliver}. */
  Preview place(Delivery delivery, String source, Path path, Ownership ownership, boolean blueprint)
      throws JobException, InterruptedException {
    try {
      Attributes attributes = Attributes.of(ownership);
      Wanted wanted =
          blueprint ? rendered(delivery) : new Wanted(delivery.size(), delivery.sha256(), null);
      Preview preview = preview(attributes, wanted, delivery, source, path);
      foreseen.file(path, wanted.sha256());
      return preview;
    } catch (ClosedByInterruptException e) {
      throw new InterruptedException();
    } catch (IOException e) {
      throw new JobException(path + " cannot be examined: " + IoErrors.say(e), e);
    }
  }

  private Preview preview(
      Attributes attributes, Wanted wanted, Delivery delivery, String source, Path path)
      throws JobException, IOException, InterruptedException {
    String earlier = foreseen.file(path);
    if (earlier != null) {
      return Preview.either(
          !earlier.equals(wanted.sha256()),
          path + ": other content than a job before it would put there",
          path + ": a job before it would put it there");
    }
    if (!Files.exists(path.getParent()) && foreseen.makes(path.getParent())) {
      return changed(
          path + ": new file",
          null,
          wanted,
          delivery,
          source,
          path,
          attributes.areForEveryone(null));
    }
    try (Destination destination = Destination.of(path)) {
      return compare(destination, attributes, wanted, delivery, source, path);
    }
  }

  private Preview compare(
      Destination destination,
      Attributes attributes,
      Wanted wanted,
      Delivery delivery,
      String source,
      Path path)
      throws JobException, IOException, InterruptedException {
    destination.requireFile(attributes);
    boolean same = FileContent.matches(destination, wanted.size(), wanted.sha256());
    String differences = destination.exists() ? attributes.differences(destination) : "";
    if (same && differences.isEmpty()) {
      return Preview.unchanged(path + " is as it would be");
    }
    if (!destination.mayBeReplaced()) {
      throw new JobException(path + " cannot be written: its directory is not writable");
    }
    attributes.requireGivable(destination, path);
    if (same) {
      return Preview.changed(path + ": " + differences);
    }
    String what = destination.exists() ? "content" : "new file";
    return changed(
        path + ": " + what + (differences.isEmpty() ? "" : ", " + differences),
        destination.exists() ? destination : null,
        wanted,
        delivery,
        source,
        path,
        attributes.areForEveryone(destination));
  }

  /**
   * @param existing null if there is none
   * @param shown whether everyone may read the content, which else is not shown
   */
  private Preview changed(
      String sentence,
      Destination existing,
      Wanted wanted,
      Delivery delivery,
      String source,
      Path path,
      boolean shown)
      throws JobException, IOException, InterruptedException {
    if (!node.wantsDiff()) {
      return Preview.changed(sentence);
    }
    String why =
        shown
            ? FileDiff.tooLarge(existing == null ? 0 : existing.size(), wanted.size())
            : "not everyone may read it";
    String before = "no file";
    byte[] old = new byte[0];
    if (existing != null) {
      before = existing.size() + " bytes";
      if (why == null) {
        try (FileChannel in = existing.read()) {
          old = Channels.newInputStream(in).readNBytes((int) existing.size());
        } catch (IOException e) {
          why = "it cannot be read";
        }
      }
    }
    FileDiff diff = new FileDiff(path.toString(), source);
    if (why != null) {
      return new Preview(
          Preview.Effect.CHANGED,
          sentence,
          diff.withoutContent(why, before, wanted.size(), wanted.sha256()));
    }
    byte[] bytes = wanted.bytes() == null ? fetched(delivery) : wanted.bytes();
    String text = diff.of(existing == null ? null : old, bytes, before, wanted.sha256());
    return new Preview(Preview.Effect.CHANGED, sentence, text);
  }

  private Wanted rendered(Delivery delivery)
      throws JobException, IOException, InterruptedException {
    FilePlacer.requireBlueprint(delivery.size());
    try {
      String text =
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(fetched(delivery))).toString();
      byte[] bytes = node.render(text).getBytes(StandardCharsets.UTF_8);
      return new Wanted(bytes.length, Digests.sha256(bytes), bytes);
    } catch (CharacterCodingException e) {
      throw new JobException("the blueprint is not text in UTF-8", e);
    }
  }

  byte[] fetched(Delivery delivery) throws JobException, IOException, InterruptedException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream((int) delivery.size());
    node.content().fetch(delivery, bytes::writeBytes);
    node.content().require(delivery, Digests.sha256(bytes.toByteArray()));
    return bytes.toByteArray();
  }

  /** See {@link io.directord.common.component.PreviewContext#makeDirectory}. */
  Preview makeDirectory(Path path, Ownership ownership) throws JobException {
    try {
      Attributes attributes = Attributes.of(ownership);
      if (foreseen.makes(path)) {
        return Preview.unchanged(path + " would be made by a job before it");
      }
      Path there = path;
      while (!Files.exists(there)) {
        there = there.getParent();
      }
      if (!Files.isDirectory(there)) {
        throw new JobException(there + " exists and is not a directory");
      }
      if (!there.equals(path)) {
        if (!Files.isWritable(there)) {
          throw new JobException(path + " cannot be made: " + there + " is not writable");
        }
        foreseen.directory(path);
        return Preview.changed(path + ": new directory");
      }
      try (Destination directory = Destination.of(path)) {
        String differences = attributes.differences(directory);
        return Preview.either(
            !differences.isEmpty(), path + ": " + differences, path + " is as it would be");
      }
    } catch (IOException e) {
      throw new JobException(path + " cannot be examined: " + IoErrors.say(e), e);
    }
  }
}
