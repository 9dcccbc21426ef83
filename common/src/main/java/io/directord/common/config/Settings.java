package io.directord.common.config;

import static io.directord.common.config.Setting.Scope.BOOTSTRAP;
import static io.directord.common.config.Setting.Scope.CLIENT;
import static io.directord.common.config.Setting.Scope.GLOBAL;
import static io.directord.common.config.Setting.Scope.SERVER;
import static io.directord.common.config.SettingKinds.flag;
import static io.directord.common.config.SettingKinds.mapping;
import static io.directord.common.config.SettingKinds.number;
import static io.directord.common.config.SettingKinds.path;
import static io.directord.common.config.SettingKinds.port;
import static io.directord.common.config.SettingKinds.seconds;
import static io.directord.common.config.SettingKinds.text;
import static io.directord.common.config.SettingKinds.verbs;

import io.directord.common.target.TargetGroups;
import io.directord.common.validation.Place;
import io.directord.common.validation.WrongSettingException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The settings of one process, checked and immutable; {@link SettingsLoader} makes them. The
 * constants are all settings: a new one is added here and nowhere else.
 */
public final class Settings {
  /** Driver of nodes that connect to the server's ports. */
  public static final String ZEROMQ = "zeromq";

  /** Driver of nodes that meet the server at a NATS broker. */
  public static final String NATS = "nats";

  /** Stands before the name of a verb whose definition jobs bring. */
  public static final String DEFINED = "defined:";

  public static final Setting<Path> CONFIG_FILE =
      path(
          "config-file",
          GLOBAL,
          Path.of("/etc/directord/config.yaml"),
          "YAML file with settings, their names written with _.");
  public static final Setting<String> DRIVER =
      Setting.of(
          "driver",
          GLOBAL,
          "NAME",
          SettingTexts::driver,
          ZEROMQ,
          "How nodes are reached: zeromq, or nats by a broker; a server may have both,"
              + " zeromq,nats.");
  public static final Setting<String> NATS_SERVER =
      Setting.of(
          "nats-server",
          GLOBAL,
          "URL",
          NatsServers::check,
          null,
          "The broker of the driver nats: nats://USER:PASSWORD@HOST:4222 or tls://..., several"
              + " separated by commas.");
  public static final Setting<String> NATS_PREFIX =
      Setting.of(
          "nats-prefix",
          GLOBAL,
          "SUBJECT",
          NatsServers::prefix,
          "directord",
          "What all subjects at the broker begin with; one for each site.");
  public static final Setting<Path> NATS_CREDENTIALS =
      path(
          "nats-credentials",
          GLOBAL,
          null,
          "File with the credentials of an account of the broker.");
  public static final Setting<String> IDENTITY =
      text("identity", GLOBAL, "NAME", null, "Name of this node; the host name by default.");
  public static final Setting<Boolean> DEBUG =
      flag("debug", GLOBAL, "Log more, and show stack traces.");
  public static final Setting<String> LOG_FORMAT =
      Setting.of(
          "log-format",
          GLOBAL,
          "FORMAT",
          SettingTexts::logFormat,
          "text",
          "How server and client log: text, or json with an object a line.");
  public static final Setting<Integer> JOB_PORT =
      port("job-port", GLOBAL, 5555, "TCP port for jobs.").alias("msg-port");
  public static final Setting<Integer> BACKEND_PORT =
      port("backend-port", GLOBAL, 5556, "TCP port for the content of ADD and COPY.");
  public static final Setting<String> DATASTORE =
      Setting.of(
          "datastore",
          GLOBAL,
          "URL",
          SettingTexts::datastore,
          "file",
          "Where the server keeps jobs and nodes: memory, file (in the state directory),"
              + " file:///PATH, postgresql://USER:PASSWORD@HOST/DATABASE, or"
              + " redis://:PASSWORD@HOST/NUMBER.");
  public static final Setting<Duration> HEARTBEAT_INTERVAL =
      seconds(
          "heartbeat-interval",
          GLOBAL,
          60,
          "Seconds between a node's heartbeats; the node expires after three.");
  public static final Setting<Path> SOCKET_PATH =
      Setting.of(
          "socket-path",
          GLOBAL,
          "PATH",
          SettingTexts::sockets,
          Path.of("/var/run/directord.sock"),
          "Unix socket between server and command line. A command takes several, separated by"
              + " commas, and asks the server that leads.");
  public static final Setting<String> SOCKET_GROUP =
      text("socket-group", GLOBAL, "GROUP", "root", "Group, by name or number, of the socket.");
  public static final Setting<String> CONTEXT =
      text(
          "context",
          GLOBAL,
          "NAME",
          null,
          "Server that the command line uses, as 'directord login' has named it; socket for the"
              + " one on this machine.");
  public static final Setting<Path> CACHE_PATH =
      path(
          "cache-path",
          GLOBAL,
          Path.of("/var/cache/directord"),
          "Where a node keeps arguments, variables and fingerprints.");
  public static final Setting<Path> STATE_PATH =
      path(
          "state-path",
          GLOBAL,
          Path.of("/var/lib/directord"),
          "Where server and node keep their durable state.");
  public static final Setting<String> SHARED_KEY =
      text(
              "shared-key",
              GLOBAL,
              "KEY",
              null,
              "Secret that server and nodes share; - reads it from standard input.")
          .alias("zmq-shared-key")
          .asSecret();
  public static final Setting<String> JOIN_TOKEN =
      text(
              "join-token",
              CLIENT,
              "TOKEN",
              null,
              "Enrols this node without a shared key; - reads it from standard input.")
          .asSecret();
  public static final Setting<String> SHARED_KEY_NEXT =
      text(
              "shared-key-next",
              GLOBAL,
              "KEY",
              null,
              "A second shared key, which is valid too while keys are changed.")
          .asSecret();
  public static final Setting<Boolean> CURVE_ENCRYPTION =
      flag("curve-encryption", GLOBAL, "Use CURVE key files instead of a shared key.")
          .alias("zmq-curve-encryption");
  public static final Setting<String> CRYPTO =
      Setting.of(
          "crypto",
          GLOBAL,
          "LIBRARY",
          SettingTexts::crypto,
          "auto",
          "What encrypts connections: auto (libsodium if it is installed), java, or sodium.");
  public static final Setting<Integer> HIGHWATER_MARK =
      number(
              "highwater-mark",
              GLOBAL,
              1024,
              1,
              1_000_000,
              "Jobs that the server sends to a node before it waits for results.")
          .alias("zmq-highwater-mark");
  public static final Setting<Boolean> INSECURE =
      flag(
          "insecure",
          GLOBAL,
          "Neither authentication nor encryption; only on a loopback address, for experiments.");

  public static final Setting<String> BIND_ADDRESS =
      text("bind-address", SERVER, "ADDRESS", "*", "Address to listen on.")
          .alias("zmq-bind-address");
  public static final Setting<HostPort> API_ADDRESS =
      Setting.of(
          "api-address",
          SERVER,
          "HOST:PORT",
          HostPort::parse,
          null,
          "Where the API can be used from other machines, by TLS and with a token; nowhere unless"
              + " set.");
  public static final Setting<Path> API_CERTIFICATE =
      path(
          "api-certificate",
          SERVER,
          null,
          "PEM file with the certificate for it, and those of authorities behind that; one is made"
              + " unless set.");
  public static final Setting<Path> API_KEY =
      path("api-key", SERVER, null, "PEM file with the certificate's private key.");
  public static final Setting<Integer> LEGACY_JOB_PORT =
      port(
          "legacy-job-port",
          SERVER,
          null,
          "TCP port for jobs of Directord 0.12's Python clients; closed unless set.");
  public static final Setting<Integer> LEGACY_BACKEND_PORT =
      port(
          "legacy-backend-port",
          SERVER,
          null,
          "TCP port for the content of ADD and COPY for those clients.");
  public static final Setting<String> LEGACY_SHARED_KEY =
      text(
              "legacy-shared-key",
              SERVER,
              "KEY",
              null,
              "Shared key of those clients, which they send in the clear; the server's own by default.")
          .asSecret();
  public static final Setting<Integer> RETAIN_JOBS =
      number(
          "retain-jobs",
          SERVER,
          10_000,
          1,
          10_000_000,
          "How many ended jobs the server keeps; the oldest go first.");
  public static final Setting<Duration> RETAIN_TIME =
      seconds(
          "retain-time",
          SERVER,
          30 * 24 * 3600,
          "Seconds for which the server keeps an ended job.");

  public static final Setting<Integer> SHARED_FETCH_SIZE =
      number(
          "shared-fetch-size",
          SERVER,
          1024,
          0,
          1_000_000,
          "MiB of what FETCH brings that a PostgreSQL database has for all servers; the rest stays"
              + " on the one that leads.");
  public static final Setting<Integer> AUDIT_SIZE =
      number(
          "audit-size",
          SERVER,
          800,
          32,
          1_000_000,
          "MiB of the audit log that the server keeps; the oldest go first.");
  public static final Setting<Duration> AUDIT_TIME =
      Setting.of(
          "audit-time",
          SERVER,
          "SECONDS",
          SettingTexts::seconds,
          null,
          "Seconds for which no line of the audit log is deleted: while it is full of younger ones,"
              + " nothing is taken that would have to be recorded.");

  public static final Setting<String> SERVER_ADDRESS =
      Setting.of(
              "server-address",
              CLIENT,
              "ADDRESS",
              SettingTexts::addresses,
              "127.0.0.1",
              "Where the server is; of several servers with one database all, as in"
                  + " server-1,server-2.")
          .alias("zmq-server-address");
  public static final Setting<Map<String, String>> LABELS =
      Setting.of(
          "labels",
          CLIENT,
          "LABELS",
          SettingTexts::labels,
          Map.of(),
          "Labels of this node, for targets: role=web,site=ham.");
  public static final Setting<List<String>> ALLOW_VERBS =
      verbs(
          "allow-verbs",
          CLIENT,
          "The only verbs that jobs may use on this node, whatever the server says.");
  public static final Setting<List<String>> DENY_VERBS =
      verbs(
          "deny-verbs",
          CLIENT,
          "Verbs that jobs may not use on this node, whatever the server says.");
  public static final Setting<String> RUN_AS =
      text(
          "run-as",
          CLIENT,
          "USER",
          null,
          "User as whom the commands of jobs run on this node; a job that asks for another one is"
              + " refused.");
  public static final Setting<String> MACHINE_ID =
      text("machine-id", CLIENT, "ID", null, "Unique id of this machine; found automatically.");

  public static final Setting<Path> BOOTSTRAP_KEY_FILE =
      path("bootstrap-ssh-key-file", BOOTSTRAP, null, "SSH key for bootstrapping.");
  public static final Setting<Integer> BOOTSTRAP_THREADS =
      number("bootstrap-threads", BOOTSTRAP, 10, 1, 1000, "Hosts bootstrapped at once.");

  /** Of the configuration file's format, and only there, so that it is none of {@link #ALL}. */
  public static final Setting<Integer> VERSION =
      number(
          "version",
          GLOBAL,
          1,
          1,
          Integer.MAX_VALUE,
          "Version of the configuration file's format.");

  /** In the configuration file only, so that it is none of {@link #ALL}. */
  public static final Setting<TargetGroups> GROUPS =
      mapping(
          "groups",
          SERVER,
          TargetGroups.NONE,
          "groups are a mapping, such as 'web: [web-*]'",
          "Groups of nodes that targets may name.");

  public static final Setting<URI> OTLP_ENDPOINT =
      new Setting<>(
          "otlp-endpoint",
          List.of(),
          SERVER,
          new Setting.Type<>("URL", SettingTexts::collector),
          null,
          false,
          "The collector that gets traces by OTLP/HTTP, such as http://127.0.0.1:4318; none unless"
              + " set.");

  public static final Setting<Path> OTLP_HEADERS_FILE =
      path(
          "otlp-headers-file",
          SERVER,
          null,
          "File of mode 0600 with what the collector wants to know the server by, a line each, such"
              + " as 'Authorization: Bearer ...'.");

  /** In the configuration file only, so that it is none of {@link #ALL}. */
  public static final Setting<RoleSettings> ROLES =
      mapping(
          "roles",
          SERVER,
          RoleSettings.NONE,
          "roles are a mapping, such as 'web-ops: {verbs: [RUN], targets: web-*}'",
          "What users, groups and tokens may do.");

  /** In the configuration file only, so that it is none of {@link #ALL}. */
  public static final Setting<HookSettings> HOOKS =
      mapping(
          "hooks",
          SERVER,
          HookSettings.NONE,
          "hooks are a mapping, such as 'pager: {url: https://..., on: [node.lost]}'",
          "Who is told of what happens.");

  /** All that may be given as text, in the order of the documentation. */
  public static final List<Setting<?>> ALL =
      List.of(
          CONFIG_FILE,
          DRIVER,
          NATS_SERVER,
          NATS_PREFIX,
          NATS_CREDENTIALS,
          IDENTITY,
          DEBUG,
          LOG_FORMAT,
          JOB_PORT,
          BACKEND_PORT,
          DATASTORE,
          HEARTBEAT_INTERVAL,
          SOCKET_PATH,
          SOCKET_GROUP,
          CONTEXT,
          CACHE_PATH,
          STATE_PATH,
          SHARED_KEY,
          SHARED_KEY_NEXT,
          JOIN_TOKEN,
          CURVE_ENCRYPTION,
          CRYPTO,
          HIGHWATER_MARK,
          INSECURE,
          BIND_ADDRESS,
          API_ADDRESS,
          API_CERTIFICATE,
          API_KEY,
          LEGACY_JOB_PORT,
          LEGACY_BACKEND_PORT,
          LEGACY_SHARED_KEY,
          RETAIN_JOBS,
          RETAIN_TIME,
          SHARED_FETCH_SIZE,
          AUDIT_SIZE,
          AUDIT_TIME,
          OTLP_ENDPOINT,
          OTLP_HEADERS_FILE,
          SERVER_ADDRESS,
          LABELS,
          ALLOW_VERBS,
          DENY_VERBS,
          RUN_AS,
          MACHINE_ID,
          BOOTSTRAP_KEY_FILE,
          BOOTSTRAP_THREADS);

  private final Map<Setting<?>, Object> values;
  private final Map<Setting<?>, Object> places;
  private final Map<String, Place> origins;
  private final Path unreadFile;
  private final List<String> warnings;

  /**
   * @param values values that were set
   * @param places defaults that depend on the user, see {@link Places}
   * @param origins where those that were set come from, by name
   * @param unreadFile see {@link #unreadFile()}; null if there is none
   * @param warnings see {@link #warnings()}
   */
  Settings(
      Map<Setting<?>, Object> values,
      Map<Setting<?>, Object> places,
      Map<String, Place> origins,
      Path unreadFile,
      List<String> warnings) {
    this.values = Map.copyOf(values);
    this.places = Map.copyOf(places);
    this.origins = Map.copyOf(origins);
    this.unreadFile = unreadFile;
    this.warnings = List.copyOf(warnings);
  }

  /** Warnings of secrets that other users may see; each says where, and what to do. */
  public List<String> warnings() {
    return warnings;
  }

  /**
   * The system's configuration file, if it exists and this user may not read it. The command line
   * can do without; a server or a client must not start without its settings.
   */
  public Optional<Path> unreadFile() {
    return Optional.ofNullable(unreadFile);
  }

  /** The value, or the default; null if there is neither. */
  @SuppressWarnings("unchecked")
  public <T> T get(Setting<T> setting) {
    Object value = values.getOrDefault(setting, places.get(setting));
    return value == null ? setting.defaultValue() : (T) value;
  }

  /**
   * The path of the server's socket: the one that was set; else the user's own, if it exists; else
   * the system's.
   */
  public Path serverSocket() {
    Path socket = get(SOCKET_PATH);
    Path system = SOCKET_PATH.defaultValue();
    return !isSet(SOCKET_PATH) && !Files.exists(socket) && Files.exists(system) ? system : socket;
  }

  /** The paths of the sockets of several servers, in order; of one as {@link #serverSocket}. */
  public List<Path> serverSockets() {
    return Arrays.stream(serverSocket().toString().split(",")).map(Path::of).toList();
  }

  /**
   * Looks that the socket is one, as a server needs it.
   *
   * @throws WrongSettingException if there are several
   */
  public void requireOneSocket() throws WrongSettingException {
    String socket = get(SOCKET_PATH).toString();
    if (socket.contains(",")) {
      throw new WrongSettingException(
          SOCKET_PATH.name(),
          "a server has one socket, whose path has no comma, not "
              + socket
              + "; several are for commands");
    }
  }

  /** The servers' names and addresses, in order. */
  public List<String> serverAddresses() {
    return List.of(get(SERVER_ADDRESS).split(","));
  }

  public <T> Optional<T> find(Setting<T> setting) {
    return Optional.ofNullable(get(setting));
  }

  /**
   * Looks that no two ports of a server are the same.
   *
   * @throws WrongSettingException naming the two
   */
  public void requireDifferentPorts() throws WrongSettingException {
    Map<Integer, String> keys = new HashMap<>();
    find(API_ADDRESS)
        .filter(api -> api.port() != 0)
        .ifPresent(api -> keys.put(api.port(), "the port of " + API_ADDRESS.key()));
    for (Setting<Integer> setting :
        List.of(JOB_PORT, BACKEND_PORT, LEGACY_JOB_PORT, LEGACY_BACKEND_PORT)) {
      Integer port = get(setting);
      String first = port == null ? null : keys.putIfAbsent(port, setting.key());
      if (first != null) {
        throw new WrongSettingException(
            setting.name(),
            first + " and " + setting.key() + " are both " + port + "; each needs its own port");
      }
    }
  }

  /** Its message, after file and line if the setting stands there. */
  public String located(WrongSettingException e) {
    return origins.get(e.setting()) instanceof Place.InFile line
        ? line.error(e.getMessage()).toString()
        : e.getMessage();
  }

  /**
   * Where the setting was set: an option, an environment variable, standard input, or a place in
   * the file; empty if it was left at its default.
   */
  public Optional<Place> origin(Setting<?> setting) {
    return Optional.ofNullable(origins.get(setting.name()));
  }

  /** Whether the setting was set, rather than left at its default. */
  public boolean isSet(Setting<?> setting) {
    return values.containsKey(setting);
  }

  /** Whether the setting names that driver, perhaps beside another. */
  public boolean hasDriver(String name) {
    return List.of(get(DRIVER).split(",")).contains(name);
  }
}
