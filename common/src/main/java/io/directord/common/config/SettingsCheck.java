package io.directord.common.config;

import io.directord.common.validation.WrongSettingException;

/** Looks at settings as a start does, and changes nothing. */
@FunctionalInterface
public interface SettingsCheck {
  /**
   * @throws WrongSettingException if a start with them would be refused
   */
  void check(Settings settings) throws WrongSettingException;
}
