package io.directord.server;

import io.directord.common.config.RoleSettings;
import io.directord.common.config.Settings;
import io.directord.common.config.SettingsCheck;
import io.directord.common.loop.LoopThread;
import io.directord.common.validation.ValidationError;
import io.directord.common.validation.WrongSettingException;
import io.directord.server.access.Access;
import io.directord.server.access.Authorizer;
import io.directord.server.access.Roles;
import io.directord.server.audit.AuditLimits;
import io.directord.server.audit.AuditLog;
import io.directord.server.link.TransportProvider;
import io.directord.server.store.Election;
import io.directord.server.store.StoreException;
import io.directord.server.trace.CollectorHeaders;
import io.directord.verbs.Components;
import io.directord.verbs.external.ComponentDirectories;
import io.directord.zeromq.CryptoBox;
import io.directord.zeromq.NoSodiumException;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.Collectors;

/**
 * A running server. {@link #start} returns when nodes can join and the API answers, or when the
 * server stands by, since another one with the same database leads.
 */
public final class Server implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Server.class.getName());

  static final String AUDIT_DIRECTORY = "audit";

  private final Crew crew = new Crew();
  private final UndoSteps undo = new UndoSteps();

  /** From the settings. */
  private Roles roles;

  private Hooks hooks;

  /** Null if it shares its store with other servers. */
  private LeadingServer alone;

  /** Null if it has its store alone. */
  private Candidate candidate;

  private Server() {}

  /**
   * Starts a server.
   *
   * @throws CannotStartException if a port, the store or a key is not available; nothing is left
   *     running
   */
  public static Server start(Settings settings) throws CannotStartException {
    return start(settings, Election.LeaseTimes.DEFAULT);
  }

  /**
   * Likewise.
   *
   * @param times the same for all servers with one database
   */
  static Server start(Settings settings, Election.LeaseTimes times) throws CannotStartException {
    Server server = new Server();
    boolean started = false;
    try {
      server.open(settings, times);
      started = true;
      return server;
    } catch (WrongSettingException e) {
      throw new CannotStartException(settings.located(e), e);
    } catch (IOException | StoreException e) {
      throw new CannotStartException(e);
    } finally {
      if (!started) {
        server.close();
      }
    }
  }

  private void open(Settings settings, Election.LeaseTimes times)
      throws IOException, CannotStartException {
    settings.requireDifferentPorts();
    settings.requireOneSocket();
    StateDirectory directory = StateDirectory.claim(settings.get(Settings.STATE_PATH));
    undo.push(directory::close);
    RestoredServer.requireNone(settings.get(Settings.STATE_PATH));
    chooseCrypto(settings, settings.get(Settings.STATE_PATH));
    CollectorHeaders.of(settings);
    roles = rolesOf(settings);
    hooks = Hooks.of(settings);
    Path auditDirectory = settings.get(Settings.STATE_PATH).resolve(AUDIT_DIRECTORY);
    if (Files.exists(auditDirectory)) {
      Stores.missing(settings).ifPresent(Server::tellOfAMissingStore);
    }
    AuditLog audit =
        AuditLog.open(auditDirectory, AuditLimits.of(settings), Clock.systemUTC(), crew::died);
    undo.push(audit::close);
    Access access = new Access(Authorizer.byRights(), roles, audit);
    if (Stores.isShared(settings)) {
      Election election = Stores.election(settings, times);
      Candidate standing = new Candidate(settings, access, hooks, election, times, crew);
      undo.push(standing::end);
      standing.begin();
      undo.pop();
      candidate = standing;
      LoopThread thread = crew.start("leadership", standing);
      undo.push(thread::close);
    } else {
      alone =
          LeadingServer.start(
              settings,
              access,
              hooks,
              Stores.open(settings),
              LeadingServer.SharedWithOthers.NOTHING,
              crew,
              Tenure.FOREVER,
              () -> {});
      undo.push(alone::close);
    }
  }

  /** A server has run with this state before: its audit log is there. */
  private static void tellOfAMissingStore(Path directory) {
    LOG.log(
        Level.WARNING,
        "nothing of the store is in {0}, though a server has run with this state before: it begins"
            + " anew. Jobs, nodes, their labels, schedules and tokens of before are not known. Put"
            + " the files of the store back, or restore a backup; nodes that still have the key"
            + " enrol again by themselves",
        directory);
  }

  private static Roles rolesOf(Settings settings) throws WrongSettingException {
    RoleSettings wanted = settings.get(Settings.ROLES);
    List<ValidationError> errors =
        errors(wanted, Components.installed(ComponentDirectories.of(settings)));
    if (!errors.isEmpty()) {
      throw new WrongSettingException(
          Settings.ROLES.name(),
          errors.stream().map(ValidationError::toString).collect(Collectors.joining("\n")));
    }
    return new Roles(wanted, settings.get(Settings.GROUPS));
  }

  /** What is wrong with roles, where it stands. */
  private static List<ValidationError> errors(RoleSettings wanted, Components components) {
    List<ValidationError> errors = new ArrayList<>();
    Roles.checkVerbs(wanted, components.verbs(), errors);
    return errors;
  }

  /**
   * Takes the roles and hooks of settings that were read anew; they hold from now on.
   *
   * @return what is wrong with them; then nothing is changed
   */
  public List<ValidationError> reload(Settings settings) {
    RoleSettings wanted = settings.get(Settings.ROLES);
    List<ValidationError> errors =
        errors(wanted, Components.installed(ComponentDirectories.of(settings)));
    Hooks.Read read = Hooks.read(settings, errors);
    if (errors.isEmpty()) {
      roles.replace(wanted, settings.get(Settings.GROUPS));
      LeadingServer leads = leading();
      if (leads != null) {
        leads.keepHookContents(read);
      }
      hooks.replace(read);
      if (leads != null) {
        leads.replaceHooks();
      }
    }
    return errors;
  }

  /** What is wrong with the hooks of settings, their secrets and orchestrations included. */
  public static List<ValidationError> hookErrors(Settings settings) {
    List<ValidationError> errors = new ArrayList<>();
    Hooks.read(settings, errors);
    return errors;
  }

  /** What is wrong with the verbs that roles name. */
  public static List<ValidationError> roleErrors(Settings settings) {
    return errors(
        settings.get(Settings.ROLES), Components.installed(ComponentDirectories.of(settings)));
  }

  /** What else a start looks at before it makes anything. */
  public static List<SettingsCheck> checks() {
    List<SettingsCheck> checks =
        new ArrayList<>(
            List.of(
                Settings::requireDifferentPorts,
                Remote::check,
                Admittance::check,
                Stores::check,
                CollectorHeaders::of,
                Server::checkCrypto));
    ServiceLoader.load(TransportProvider.class).forEach(provider -> checks.add(provider::check));
    return checks;
  }

  private static void checkCrypto(Settings settings) throws WrongSettingException {
    if (settings.get(Settings.CRYPTO).equals(CryptoBox.SODIUM)) {
      chooseCrypto(settings, Path.of(System.getProperty("java.io.tmpdir")));
    }
  }

  private static void chooseCrypto(Settings settings, Path directory) throws WrongSettingException {
    String wanted = settings.get(Settings.CRYPTO);
    try {
      LOG.log(Level.INFO, CryptoBox.choose(wanted, directory));
    } catch (NoSodiumException e) {
      throw new WrongSettingException(
          Settings.CRYPTO.name(), "crypto is " + wanted + ", but " + e.getMessage(), e);
    }
  }

  /** What serves nodes; null while it stands by. */
  private LeadingServer leading() {
    return candidate == null ? alone : candidate.leading();
  }

  /** Whether it serves nodes. */
  public boolean leads() {
    return leading() != null;
  }

  /** Of the driver zeromq, while it leads. */
  public int jobPort() {
    return leading().jobPort();
  }

  /** Of the driver zeromq, while it leads. */
  public int contentPort() {
    return leading().contentPort();
  }

  /** Turns of the main loop, which is at work as long as it does one every few seconds. */
  public long turns() {
    return candidate == null ? alone.turns() : candidate.turns();
  }

  /**
   * Returns when the server was closed.
   *
   * @throws ServerDiedException if it has failed; it must then be closed
   */
  public void awaitEnd() throws InterruptedException, ServerDiedException {
    crew.awaitEnd();
  }

  /** Stops it in order; may be called repeatedly, by any thread. */
  @Override
  public synchronized void close() {
    undo.run();
    crew.ended();
  }
}
