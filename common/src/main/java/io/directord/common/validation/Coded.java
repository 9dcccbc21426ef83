package io.directord.common.validation;

/** An exception whose cause has a code of its own. */
public interface Coded {
  /** Why. */
  ErrorCode code();
}
