package io.directord.server;

import io.directord.common.config.HostPort;
import io.directord.common.config.Setting;
import io.directord.common.config.Settings;
import io.directord.common.security.ServerCertificate;
import io.directord.common.storage.IoErrors;
import io.directord.common.validation.WrongSettingException;
import io.directord.server.api.RemoteConfig;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;

/** The settings of the remote API. */
final class Remote {
  private static final String ALL = "*";

  private Remote() {}

  /** Null if it is off. */
  static RemoteConfig config(Settings settings) throws IOException {
    HostPort address = settings.get(Settings.API_ADDRESS);
    requirePair(settings);
    if (address == null) {
      return null;
    }
    return new RemoteConfig(socketAddress(address), certificate(settings));
  }

  /** As {@link Server#checks}; makes no certificate. */
  static void check(Settings settings) throws WrongSettingException {
    requirePair(settings);
    if (settings.get(Settings.API_ADDRESS) != null
        && settings.get(Settings.API_CERTIFICATE) != null) {
      given(settings);
    }
  }

  private static void requirePair(Settings settings) throws WrongSettingException {
    requireTogether(settings, Settings.API_CERTIFICATE, Settings.API_KEY);
    requireTogether(settings, Settings.API_KEY, Settings.API_CERTIFICATE);
  }

  private static void requireTogether(Settings settings, Setting<Path> one, Setting<Path> other)
      throws WrongSettingException {
    if (settings.get(one) != null && settings.get(other) == null) {
      throw new WrongSettingException(
          one.name(), one.key() + " is of use only together with " + other.key());
    }
  }

  private static InetSocketAddress socketAddress(HostPort address) throws WrongSettingException {
    if (address.host().equals(ALL)) {
      return new InetSocketAddress(address.port());
    }
    InetSocketAddress resolved = new InetSocketAddress(address.host(), address.port());
    if (resolved.isUnresolved()) {
      throw new WrongSettingException(
          Settings.API_ADDRESS.name(), "the name " + address.host() + " is not known here");
    }
    return resolved;
  }

  private static ServerCertificate certificate(Settings settings) throws IOException {
    return settings.get(Settings.API_CERTIFICATE) == null
        ? ServerCertificate.madeIn(settings.get(Settings.STATE_PATH), HostName.get())
        : given(settings);
  }

  private static ServerCertificate given(Settings settings) throws WrongSettingException {
    try {
      return ServerCertificate.read(
          settings.get(Settings.API_CERTIFICATE), settings.get(Settings.API_KEY));
    } catch (IOException e) {
      throw new WrongSettingException(Settings.API_CERTIFICATE.name(), IoErrors.sayWhere(e));
    }
  }
}
