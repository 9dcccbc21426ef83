package io.directord.common.validation;

import java.io.IOException;

/**
 * A server or a client cannot start with its settings, and starting it again does not help. The
 * message says why and what to do.
 */
public final class WrongSettingException extends IOException implements Coded {
  private final String setting;

  /**
   * @param setting its name, as in {@code bind-address}
   */
  public WrongSettingException(String setting, String message) {
    this(setting, message, null);
  }

  public WrongSettingException(String setting, String message, Throwable cause) {
    super(message, cause);
    this.setting = setting;
  }

  public String setting() {
    return setting;
  }

  @Override
  public ErrorCode code() {
    return ErrorCode.WRONG_SETTING;
  }
}
