package io.directord.common.config;

import io.directord.common.security.JoinToken;
import io.directord.common.security.PrivateFiles;
import io.directord.common.validation.WrongSettingException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The join token of a node, which is a setting or lies in a file. */
public final class JoinTokenFile {
  private JoinTokenFile() {}

  /**
   * Reads it as it is now; empty if there is none.
   *
   * @throws WrongSettingException if it is not a join token
   * @throws IOException if the file cannot be read, or others have access to it
   */
  public static Optional<JoinToken> read(Settings settings) throws IOException {
    String text = settings.get(Settings.JOIN_TOKEN);
    Path from = new KeyPlaces(settings).joinToken();
    boolean isSetting = text != null;
    if (!isSetting && Files.exists(from)) {
      text = new String(PrivateFiles.read(from), StandardCharsets.UTF_8);
    }
    if (text == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(JoinToken.parse(text));
    } catch (IllegalArgumentException e) {
      throw new WrongSettingException(
          Settings.JOIN_TOKEN.name(),
          (isSetting ? "the join token" : from.toString()) + " cannot be used: " + e.getMessage(),
          e);
    }
  }
}
