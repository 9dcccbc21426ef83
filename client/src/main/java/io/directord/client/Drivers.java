package io.directord.client;

import io.directord.client.link.Driver;
import io.directord.client.link.nats.NatsDriver;
import io.directord.client.link.nats.NatsServerAddress;
import io.directord.client.link.zeromq.ServerAddress;
import io.directord.client.link.zeromq.ZeroMqDriver;
import io.directord.common.config.NatsServers;
import io.directord.common.config.Settings;
import io.directord.common.validation.WrongSettingException;
import java.util.function.BiConsumer;

/** The driver chosen by the settings. */
final class Drivers {

  private Drivers() {}

  /** Whether the server is reached over a broker. */
  static boolean isNats(Settings settings) throws WrongSettingException {
    if (settings.hasDriver(Settings.NATS) && settings.hasDriver(Settings.ZEROMQ)) {
      throw new WrongSettingException(
          Settings.DRIVER.name(), "a client has one driver, zeromq or nats: choose with --driver");
    }
    return settings.hasDriver(Settings.NATS);
  }

  /** Where the server is, for people. */
  static String place(Settings settings, ServerAddress server) throws WrongSettingException {
    return isNats(settings)
        ? "at the broker " + NatsServers.of(settings).shown()
        : server.toString();
  }

  /**
   * @param server its address, and the keys
   * @param onDeath told if a thread of a library dies
   */
  static Driver of(Settings settings, ServerAddress server, BiConsumer<String, Throwable> onDeath)
      throws WrongSettingException {
    if (!isNats(settings)) {
      return new ZeroMqDriver(server, System::nanoTime, onDeath);
    }
    if (server.serverKey() == null) {
      throw new WrongSettingException(
          Settings.DRIVER.name(),
          "--insecure is for the driver zeromq only, since everybody at a broker could be the server");
    }
    return new NatsDriver(
        new NatsServerAddress(NatsServers.of(settings), server.serverKeys(), server.nodeKeys()),
        System::nanoTime);
  }
}
