package io.directord.common.orchestration;

import io.directord.common.component.PlanException;
import io.directord.common.component.SourceFile;
import io.directord.common.input.GivenFile;
import io.directord.common.security.Digests;
import io.directord.common.security.PrivateFiles;
import io.directord.common.security.SecretContent;
import io.directord.common.storage.IoErrors;
import java.io.Console;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** The secrets of one plan, read where the operator is, and kept in memory. */
final class Secrets {
  /** In place of a path. */
  private static final String PATH = "secret";

  private final Map<String, byte[]> contents = new HashMap<>();
  private boolean isInputRead;

  /** The contents, by SHA-256. */
  Map<String, byte[]> contents() {
    return contents;
  }

  SourceFile ofFile(Path file) throws PlanException {
    try (InputStream in = GivenFile.open(file)) {
      return secret(in.readNBytes(SecretContent.MAX_BYTES + 2), file.toString());
    } catch (IOException e) {
      throw new PlanException(file + " cannot be read: " + IoErrors.say(e), e);
    }
  }

  SourceFile ofPrivateFile(Path file) throws PlanException {
    if (!Files.isRegularFile(file)) {
      throw new PlanException(file + " is not a file");
    }
    try {
      return secret(PrivateFiles.read(file), file.toString());
    } catch (IOException e) {
      throw new PlanException(IoErrors.sayWhere(e), e);
    }
  }

  SourceFile ofVariable(String name) throws PlanException {
    String value = System.getenv(name);
    if (value == null) {
      throw new PlanException("there is no environment variable " + name);
    }
    return secret(value.getBytes(StandardCharsets.UTF_8), "the environment variable " + name);
  }

  /** At a terminal the value is typed, and not shown. */
  SourceFile ofStandardInput() throws PlanException {
    if (isInputRead) {
      throw new PlanException(
          "standard input was read for another secret already; use --secret-file for one of them");
    }
    isInputRead = true;
    Console console = System.console();
    if (console != null) {
      char[] typed = console.readPassword("The value of the secret: ");
      ByteBuffer bytes =
          StandardCharsets.UTF_8.encode(CharBuffer.wrap(typed == null ? new char[0] : typed));
      return secret(Arrays.copyOf(bytes.array(), bytes.limit()), "what was typed");
    }
    try {
      byte[] read = System.in.readNBytes(SecretContent.MAX_BYTES + 2);
      if (read.length == 0) {
        throw new PlanException(
            "standard input has nothing for the secret (a list of targets, -, takes all of it); use"
                + " --secret-file");
      }
      return secret(read, "standard input");
    } catch (IOException e) {
      throw new PlanException("standard input cannot be read: " + IoErrors.say(e), e);
    }
  }

  /** One newline at the end, as editors and echo leave it, is not part of the value. */
  private SourceFile secret(byte[] read, String from) throws PlanException {
    int length = read.length;
    if (length > 0 && read[length - 1] == '\n') {
      length--;
    }
    byte[] value = Arrays.copyOf(read, length);
    require(length >= SecretContent.MIN_BYTES, from, "has at least 4 bytes");
    require(length <= SecretContent.MAX_BYTES, from, "has at most 32 KiB");
    for (byte b : value) {
      require(b != 0, from, "has no NUL character");
    }
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(value));
    } catch (CharacterCodingException e) {
      throw new PlanException(from + ": a secret is text in UTF-8; base64 makes text of bytes", e);
    }
    byte[] content = SecretContent.of(value);
    String sha256 = Digests.sha256(content);
    contents.put(sha256, content);
    return new SourceFile(PATH, sha256, content.length, null);
  }

  private static void require(boolean holds, String from, String rule) throws PlanException {
    if (!holds) {
      throw new PlanException(from + ": a secret " + rule);
    }
  }
}
