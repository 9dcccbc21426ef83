package io.directord.common.storage;

import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.NotLinkException;

/** Messages for failures of files, where the runtime's message is only the path. */
public final class IoErrors {
  private static final String NO_REASON = "the system gives no reason";

  private IoErrors() {}

  /** As {@link #say}, with the file, if the runtime names it. */
  public static String sayWhere(IOException e) {
    return e instanceof FileSystemException file && file.getFile() != null
        ? file.getFile() + ": " + say(e)
        : say(e);
  }

  public static String say(IOException e) {
    if (e instanceof NoSuchFileException) {
      return "no such file or directory";
    }
    if (e instanceof AccessDeniedException) {
      return "permission denied";
    }
    if (e instanceof FileAlreadyExistsException) {
      return "something of that name is there already";
    }
    if (e instanceof NotDirectoryException) {
      return "not a directory";
    }
    if (e instanceof NotLinkException) {
      return "not a link";
    }
    if (e instanceof DirectoryNotEmptyException) {
      return "the directory is not empty";
    }
    if (e instanceof FileSystemLoopException) {
      return "a link leads back to itself";
    }
    if (e instanceof AtomicMoveNotSupportedException) {
      return "it is on another file system";
    }
    if (e instanceof FileSystemException file) {
      return file.getReason() == null ? NO_REASON : file.getReason();
    }
    if (e.getMessage() == null && e instanceof EOFException) {
      return "it ends too early";
    }
    if (e.getMessage() == null && e instanceof ClosedChannelException) {
      return "it was closed meanwhile";
    }
    return e.getMessage() == null ? NO_REASON : e.getMessage();
  }
}
